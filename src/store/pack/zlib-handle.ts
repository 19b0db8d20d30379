/** What stands behind node's Deflate and Inflate. It is not documented, so what comes out of it is tried before it is used. */
interface Native {
  _handle?: {
    onerror?: (message: string) => void;
    writeSync?(flush: number, from: Uint8Array, at: number, size: number, into: Uint8Array, into_at: number, room: number): void;
  };
  /** How many bytes of room and of data were left. */
  _writeState?: Uint32Array;
  reset(): void;
}

/** Puts all of some bytes through zlib, into memory behind `at`; returns how many bytes of room and of them were left, undefined where zlib refused them. */
export type Through = (bytes: Uint8Array, into: Uint8Array, at: number) => { roomLeft: number; bytesLeft: number } | undefined;

/** Returns what puts one content after the other through a stream of zlib, whose tables are made once; undefined in a node that has no such thing. */
export function throughHandle(stream: object, finish: number): Through | undefined {
  const native = stream as Native;
  const { _handle: handle, _writeState: left } = native;
  if (typeof handle?.writeSync !== 'function' || left?.length !== 2) return undefined;
  let isDamaged = false;
  handle.onerror = () => {
    isDamaged = true;
  };
  return (bytes, into, at) => {
    if (isDamaged) return undefined;
    native.reset();
    handle.writeSync?.(finish, bytes, 0, bytes.length, into, at, into.length - at);
    const [roomLeft = 0, bytesLeft = 1] = left;
    return isDamaged ? undefined : { roomLeft, bytesLeft };
  };
}
