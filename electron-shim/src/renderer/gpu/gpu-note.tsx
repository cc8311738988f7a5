import { useLingui } from '@lingui/react/macro';
import { Icon, type IconName } from '../components/ui/icon.tsx';
import { translated } from '../i18n/known-texts.ts';
import type { Gpu } from './gpu.ts';

/** The one sentence that explains a GPU's numbers: why there are none, or what holds it back. */
export function GpuNote({ gpu }: { gpu: Gpu }) {
  const { icon, text } = useNote(gpu);
  return (
    <p
      data-field="note"
      className="flex h-10 items-start gap-2 text-sm leading-5 text-muted-foreground"
    >
      <span className="mt-0.5">
        <Icon name={icon} />
      </span>
      <span className="line-clamp-2" title={text}>
        {text}
      </span>
    </p>
  );
}

function useNote({ host, status, throttleReasons, memoryKind }: Gpu): {
  icon: IconName;
  text: string;
} {
  const { t, i18n } = useLingui();
  if (status === 'lost') {
    return { icon: 'unplugged', text: t`It was there and is gone. It is looked for by itself.` };
  }
  if (status === 'asleep') {
    return { icon: 'moon', text: t`Powered down to save energy. Looking does not wake it.` };
  }
  if (status === 'stale') {
    const text =
      host === undefined
        ? t`The driver has not answered for a while.`
        : t`Its computer, or the driver there, has not answered for a while.`;
    return { icon: 'question', text };
  }
  if (throttleReasons && throttleReasons.length > 0) {
    const reasons = throttleReasons.map((reason) => translated(i18n, reason)).join(', ');
    return { icon: 'slow', text: t`Held back: ${reasons}` };
  }
  if (memoryKind === 'unified') {
    return { icon: 'info', text: t`Unified: it shares its memory with the whole system.` };
  }
  if (throttleReasons) return { icon: 'check', text: t`Nothing holds it back.` };
  return { icon: 'question', text: t`Whether something holds it back is unknown.` };
}
