import { useEffect, useState } from 'react';
import { texts } from '../texts/content.ts';
import { IconButton } from './button.tsx';
import { showToast } from './toast.tsx';

/** @param text called on click: the text may be long, and may still be growing */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (await copyText(text())) setCopied(true);
    else showToast(texts.copyFailed, { kind: 'danger' });
  };
  return <IconButton size="small" icon={copied ? 'check' : 'copy'} label={copied ? texts.copied : label} onClick={() => void copy()} />;
}

/** @returns whether it was copied */
export async function copyText(text: string): Promise<boolean> {
  try {
    // Available only over HTTPS and on localhost.
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    return false;
  }
  return copyBySelection(text);
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}
