/** Makes this process read another clock. @param offset milliseconds by which it differs from the real one now */
export function replaceClock(offset: () => number): void {
  const RealDate = Date;
  const realNow = RealDate.now;
  const now = () => realNow() + offset();
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}
