import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Closes a connection on which data arrives while no call uses it. Node would take such data for the response to the next
 * call, and one room would get the value of another.
 */
export function closeOnStrayData(agent: Agent): void {
  const keep = agent.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  const close = function close(this: Duplex): void {
    this.destroy();
  };
  agent.keepSocketAlive = (socket) => {
    // More than the response was read at once. Node's own result says whether the connection is kept, contrary to its type.
    if (socket.readableLength > 0 || (keep(socket) as unknown) === false) return false;
    socket.on('data', close);
    return true;
  };
  agent.reuseSocket = (socket, request) => {
    socket.off('data', close);
    reuse(socket, request);
  };
}
