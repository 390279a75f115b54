/**
 * Loaded before a server (`--import`): its clock jumps back and forth by hours, at an interval that differs from the server's one-second
 * checks.
 */
const HOUR = 3_600_000;
const jumps = [0, 5 * HOUR, -7 * HOUR, 30 * HOUR, 0, -0.5 * HOUR];
const RealDate = Date;
const realNow = RealDate.now;

const now = () => realNow() + (jumps[Math.floor(performance.now() / 370) % jumps.length] ?? 0);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
