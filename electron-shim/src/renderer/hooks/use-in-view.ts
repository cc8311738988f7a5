import { useEffect, useState, type RefObject } from 'react';

/** Whether somebody can see an element, which may be scrolled away. True until that is known. */
export function useInView(element: RefObject<Element | null>): boolean {
  const [inView, setInView] = useState(true);
  useEffect(() => {
    if (!element.current) return undefined;
    // Where several entries wait, the last one is what holds.
    const observer = new IntersectionObserver((entries) =>
      setInView(entries.at(-1)?.isIntersecting ?? true),
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return inView;
}
