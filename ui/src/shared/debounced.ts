// A value that follows once it has stood still for a moment.
import { useEffect, useState } from "react";

export function useDebounced<T>(value: T, ms = 200): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return late;
}
