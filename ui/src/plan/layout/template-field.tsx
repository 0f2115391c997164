// The template, and its words as keys that put themselves in where the caret stands. One stop for Tab, arrows between keys.
import { Toolbar } from "radix-ui";
import { useLayoutEffect, useRef, useState } from "react";
import { Field } from "../../shared/ui/field";
import { insertWord, WORDS } from "./words";

export function TemplateField({
  layout,
  error,
  onChange,
}: {
  layout: string;
  error: string | null;
  onChange: (layout: string) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [caret, setCaret] = useState<number | null>(null);
  useLayoutEffect(() => {
    if (caret === null) return;
    input.current?.focus();
    input.current?.setSelectionRange(caret, caret);
    setCaret(null);
  }, [caret]);
  const put = (word: string) => {
    const { selectionStart, selectionEnd } = input.current ?? {};
    const made = insertWord(layout, selectionStart ?? layout.length, selectionEnd ?? layout.length, word);
    onChange(made.text);
    setCaret(made.caret);
  };
  return (
    <div>
      <Field
        ref={input}
        label="Folders and name at the destination"
        data-testid="layout"
        value={layout}
        onChange={(e) => onChange(e.target.value)}
        error={error}
        hint='A slash begins a new folder. {album|original folder|"No album"}: what a photo lacks is asked of the next word, or is the text.'
      />
      <Toolbar.Root aria-label="Words" className="mt-2 flex flex-wrap gap-1">
        {WORDS.map(({ word, hint }) => (
          <Toolbar.Button
            key={word}
            title={hint}
            data-testid={`word-${word.replace(" ", "-")}`}
            onClick={() => put(word)}
            className="h-6.5 rounded-md border border-edge bg-surface px-2 font-mono text-xs text-ink hover:border-accent hover:bg-accent-soft"
          >
            {`{${word}}`}
          </Toolbar.Button>
        ))}
      </Toolbar.Root>
    </div>
  );
}
