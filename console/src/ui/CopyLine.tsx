import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from './IconButton.tsx';

/** A command or an id in full, with a button that copies it. */
export function CopyLine({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div className="flex max-w-full items-start rounded-md border border-line bg-sunken text-left">
      <pre className="min-w-0 overflow-x-auto px-3 py-2 font-mono text-xs leading-5">{text}</pre>
      {/* Browsers give pages without TLS no clipboard, except on localhost. */}
      {window.isSecureContext && (
        <IconButton label={copied ? 'Copied' : 'Copy'} onClick={() => void copy()} className="m-0.5">
          {copied ? <Check className="size-4 text-good" /> : <Copy className="size-4" />}
        </IconButton>
      )}
    </div>
  );
}
