import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Dialog } from '../components/ui/dialog.tsx';
import { Select } from '../components/ui/select.tsx';
import { ToggleGroup } from '../components/ui/toggle-group.tsx';
import { LANGUAGES, type Language } from '../i18n/language.ts';
import { usePreferences } from './preferences.tsx';
import { ThresholdFields } from './threshold-fields.tsx';

/** How the page looks and speaks, and what it marks. */
export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const { preferences, choose } = usePreferences();
  return (
    <Dialog title={<Trans>Settings</Trans>} onClose={onClose}>
      <div className="grid gap-4">
        <Row label={<Trans>Theme</Trans>}>
          <ToggleGroup
            label={t`Theme`}
            value={preferences.theme}
            options={[
              ['system', t`As the system`],
              ['light', t`Light`],
              ['dark', t`Dark`],
            ]}
            onChange={(theme) => choose({ theme })}
          />
        </Row>
        <Row label={<Trans>Language</Trans>}>
          <Select
            label={<span className="sr-only">{t`Language`}</span>}
            value={preferences.language}
            options={Object.entries(LANGUAGES) as [Language, string][]}
            onChange={(language) => choose({ language })}
          />
        </Row>
        <ThresholdFields />
      </div>
    </Dialog>
  );
}

function Row({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
      <span className="text-sm">{label}</span>
      {children}
    </div>
  );
}
