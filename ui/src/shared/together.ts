// Cards that are asked for one by one come to stand together, so that no button moves away from under the pointer.
import { useEffect, useState } from "react";

/** What takes longer than this comes in where it stands: a screen is not kept waiting for one slow answer. */
const PATIENCE = 1000;

/** Whether all that was asked for has come, or none is waited for any more. Once true, it stays so. */
export function useTogether(asked: { isLoading: boolean }[]): boolean {
  const [stands, setStands] = useState(false);
  const has = asked.every((one) => !one.isLoading);
  useEffect(() => {
    if (stands) return;
    if (has) {
      setStands(true);
      return;
    }
    const timer = setTimeout(() => setStands(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [has, stands]);
  return stands || has;
}
