import { msg } from '@lingui/core/macro';
import type { I18n, MessageDescriptor } from '@lingui/core';

/**
 * Returns a text of the sidecar or the bridge in the language of the page. They speak English and
 * draw from a closed set; what is not in it (yet) stays as it is.
 */
export function translated(i18n: I18n, text: string): string {
  const known = KNOWN_TEXTS[text];
  return known ? i18n._(known) : text;
}

const KNOWN_TEXTS: Partial<Record<string, MessageDescriptor>> = {
  'power limit reached': msg`power limit reached`,
  'slowed down by the hardware': msg`slowed down by the hardware`,
  'too hot: slowed down by the driver': msg`too hot: slowed down by the driver`,
  'too hot: slowed down by the hardware': msg`too hot: slowed down by the hardware`,
  'external power brake': msg`external power brake`,
  'The driver does not answer.': msg`The driver does not answer.`,
  'If it stays so, end the programs that use the GPU, or restart the computer.': msg`If it stays so, end the programs that use the GPU, or restart the computer.`,
  'Reading these GPUs failed in an unexpected way.': msg`Reading these GPUs failed in an unexpected way.`,
  "Please report it, with the sidecar's log.": msg`Please report it, with the sidecar's log.`,
  'This computer has an NVIDIA GPU, but it is set aside for a virtual machine.': msg`This computer has an NVIDIA GPU, but it is set aside for a virtual machine.`,
  'This computer has an NVIDIA GPU, but no driver runs it.': msg`This computer has an NVIDIA GPU, but no driver runs it.`,
  'This computer has an NVIDIA GPU, but a driver that tells no values runs it.': msg`This computer has an NVIDIA GPU, but a driver that tells no values runs it.`,
  'This computer has an AMD GPU, but it is set aside for a virtual machine.': msg`This computer has an AMD GPU, but it is set aside for a virtual machine.`,
  'This computer has an AMD GPU, but no driver runs it.': msg`This computer has an AMD GPU, but no driver runs it.`,
  'This computer has an AMD GPU, but a driver that tells no values runs it.': msg`This computer has an AMD GPU, but a driver that tells no values runs it.`,
  'This computer has an Intel GPU, but it is set aside for a virtual machine.': msg`This computer has an Intel GPU, but it is set aside for a virtual machine.`,
  'This computer has an Intel GPU, but no driver runs it.': msg`This computer has an Intel GPU, but no driver runs it.`,
  'This computer has an Intel GPU, but a driver that tells no values runs it.': msg`This computer has an Intel GPU, but a driver that tells no values runs it.`,
  'It can be measured inside the virtual machine only.': msg`It can be measured inside the virtual machine only.`,
  'Install the driver nvidia with its firmware, then restart the computer.': msg`Install the driver nvidia with its firmware, then restart the computer.`,
  'Switch to the driver nvidia, if it supports this GPU.': msg`Switch to the driver nvidia, if it supports this GPU.`,
  'Install the driver amdgpu with its firmware, then restart the computer.': msg`Install the driver amdgpu with its firmware, then restart the computer.`,
  'Switch to the driver amdgpu, if it supports this GPU.': msg`Switch to the driver amdgpu, if it supports this GPU.`,
  'Install the driver i915 or xe with its firmware, then restart the computer.': msg`Install the driver i915 or xe with its firmware, then restart the computer.`,
  'Switch to the driver i915 or xe, if it supports this GPU.': msg`Switch to the driver i915 or xe, if it supports this GPU.`,
  'The NVIDIA driver was replaced while this program was running.': msg`The NVIDIA driver was replaced while this program was running.`,
  'Start this program again.': msg`Start this program again.`,
  'AMD GPUs are read on Linux only.': msg`AMD GPUs are read on Linux only.`,
  'WSL does not show the sensors of AMD GPUs.': msg`WSL does not show the sensors of AMD GPUs.`,
  'This system does not show its PCI devices.': msg`This system does not show its PCI devices.`,
  'This computer has no AMD GPU.': msg`This computer has no AMD GPU.`,
  'This computer has no Intel GPU.': msg`This computer has no Intel GPU.`,
  'The NVIDIA driver was unloaded or restarted.': msg`The NVIDIA driver was unloaded or restarted.`,
  'It is looked for again by itself.': msg`It is looked for again by itself.`,
  'No NVIDIA driver was found (its library NVML is not installed).': msg`No NVIDIA driver was found (its library NVML is not installed).`,
  "If this computer has an NVIDIA GPU, install NVIDIA's driver.": msg`If this computer has an NVIDIA GPU, install NVIDIA's driver.`,
  'The NVIDIA driver is installed but not running.': msg`The NVIDIA driver is installed but not running.`,
  'Restart the computer; if that does not help, install the driver again.': msg`Restart the computer; if that does not help, install the driver again.`,
  'The NVIDIA driver was updated while its old version is still running.': msg`The NVIDIA driver was updated while its old version is still running.`,
  'Restart the computer.': msg`Restart the computer.`,
  'This user may not use the NVIDIA driver.': msg`This user may not use the NVIDIA driver.`,
  'Give the user, or the container, access to the NVIDIA devices.': msg`Give the user, or the container, access to the NVIDIA devices.`,
  'The NVIDIA driver could not be initialised.': msg`The NVIDIA driver could not be initialised.`,
  "The sidecar's log has the error number; restarting the computer may help.": msg`The sidecar's log has the error number; restarting the computer may help.`,
  'The NVIDIA driver is running but shows no GPU.': msg`The NVIDIA driver is running but shows no GPU.`,
  'GPU sensors could not be started. Reinstalling the app may help.': msg`GPU sensors could not be started. Reinstalling the app may help.`,
  'GPU sensors stopped unexpectedly. They are being started again.': msg`GPU sensors stopped unexpectedly. They are being started again.`,
  'GPU sensors keep stopping. Another start is tried every minute; restarting the app may help.': msg`GPU sensors keep stopping. Another start is tried every minute; restarting the app may help.`,
  'These GPU options are not valid.': msg`These GPU options are not valid.`,
  'Too many GPU requests at once.': msg`Too many GPU requests at once.`,
  'GPU sensors did not answer in time. Trying again.': msg`GPU sensors did not answer in time. Trying again.`,
  'The GPU driver does not answer. If it stays so, close programs that use the GPU.': msg`The GPU driver does not answer. If it stays so, close programs that use the GPU.`,
  'GPU sensors gave an answer that this version of the app cannot read.': msg`GPU sensors gave an answer that this version of the app cannot read.`,
  'This page may not ask for GPU metrics.': msg`This page may not ask for GPU metrics.`,
  'The app is closing.': msg`The app is closing.`,
  'GPU metrics are unavailable.': msg`GPU metrics are unavailable.`,
};
