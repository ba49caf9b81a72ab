/** A number as short as it can be without hiding what changed: `0.0123`, `1.2e-7`, `12,300`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  const size = Math.abs(value);
  if (value === 0) {
    return '0';
  }
  if (size >= 1e7 || size < 1e-4) {
    return value.toExponential(2).replace(/\.?0+e/, 'e');
  }
  if (Number.isInteger(value)) {
    return value.toLocaleString('en-US');
  }
  return String(Number(value.toPrecision(4)));
}

/** Seconds as `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) {
    return `${Number(seconds.toFixed(1))} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  }
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
