// A field whose value takes effect shortly after the last key: not every letter asks the catalog.
import { type ComponentProps, useEffect, useRef, useState } from "react";
import { Field } from "../../shared/ui/field";

const WAIT = 250;

type Props = Omit<ComponentProps<"input">, "value" | "onChange"> & {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** What is wrong with the text, if anything; such a text does not take effect. */
  check?: (text: string) => string | null;
};

export function LateField({ value, onChange, check, ...field }: Props) {
  const [text, setText] = useState(value);
  const [typed, setTyped] = useState(false);
  const wrong = check?.(text.trim()) ?? null;
  const waits = typed && !wrong;
  const apply = useRef(() => {});
  apply.current = () => waits && onChange(text.trim());

  useEffect(() => setText((was) => (was.trim() === value ? was : value)), [value]); // a space may be on its way to a word
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => {
      apply.current();
      setTyped(false);
    }, WAIT);
    return () => clearTimeout(timer);
  }, [text, waits]);
  useEffect(() => () => apply.current(), []); // closed right after the last key

  return (
    <Field
      {...field}
      value={text}
      error={typed ? wrong : null}
      onChange={(event) => {
        setTyped(true);
        setText(event.target.value);
      }}
    />
  );
}
