import { describe, expect, it } from 'vitest';
import { ignoresSignal } from './stop-signal.js';

const status = (caught: string, blocked = '0000000000000000') =>
  `Name:\tserver\nPid:\t1\nSigQ:\t0/63386\nSigBlk:\t${blocked}\nSigIgn:\t0000000000001000\nSigCgt:\t${caught}\n`;

describe('process 1 of a container', () => {
  it.each([
    ['SIGTERM without a handler (a plain Rust or C program, sh -c)', status('0000000180000440'), 'SIGTERM'],
    ['SIGTERM that only SIGINT is handled for (python)', status('0000000000000002'), 'SIGTERM'],
    ['a stop signal by its number', status('0000000000000002'), '15'],
    ['a stop signal without SIG', status('0000000000004000'), 'QUIT'],
  ])('ignores %s', (_, text, signal) => {
    expect(ignoresSignal(text, signal)).toBe(true);
  });

  it.each([
    ['SIGTERM with a handler', status('0000000000004002'), 'SIGTERM'],
    ['SIGTERM in Go, whose runtime handles all signals', status('fffffffd7fc1feff'), 'SIGTERM'],
    ['SIGTERM that it waits for (docker-init)', status('0000000000000000', 'fffffffe7ffbfeff'), 'SIGTERM'],
    ['SIGQUIT as the stop signal (nginx)', status('0000000000004004'), 'SIGQUIT'],
    ['SIGKILL as the stop signal', status('0000000000000000'), 'SIGKILL'],
    ['a real-time signal (systemd)', status('0000000000000000'), 'SIGRTMIN+3'],
    ['an unknown signal', status('0000000000000000'), 'SIGNONSENSE'],
    ['a process whose status cannot be read', '', 'SIGTERM'],
  ])('may handle %s', (_, text, signal) => {
    expect(ignoresSignal(text, signal)).toBe(false);
  });
});
