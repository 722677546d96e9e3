import { FileUp } from 'lucide-react';
import { useId, useState, type DragEvent } from 'react';
import { classes } from './classes.ts';

interface DropZoneProps {
  readonly label: string;
  readonly hint: string;
  /** As of a file input, such as `.csv,text/csv`. */
  readonly accept: string;
  readonly file: File | undefined;
  readonly onFile: (file: File) => void;
}

/** Takes one file, by drop or by the browser's own picker. */
export function DropZone({ label, hint, accept, file, onFile }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const id = useId();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (dropped) onFile(dropped);
  };
  return (
    <label
      htmlFor={id}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={classes(
        'flex cursor-pointer flex-col items-center gap-1 rounded-md border border-dashed px-4 py-6 text-center text-sm',
        'focus-within:outline-2 focus-within:outline-accent',
        over ? 'border-accent bg-accent-soft' : 'border-line-strong bg-sunken hover:border-accent',
      )}
    >
      <FileUp aria-hidden className="size-5 text-ink-faint" />
      <span className="font-medium wrap-anywhere">{file ? file.name : label}</span>
      <span className="text-xs text-ink-faint">{hint}</span>
      <input
        id={id}
        type="file"
        accept={accept}
        className="sr-only"
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          if (chosen) onFile(chosen);
          // The same file may be chosen again after it was mended.
          event.target.value = '';
        }}
      />
    </label>
  );
}
