import type { z } from 'zod';
import { cron, duration } from '../config-file/formats.ts';
import { boolean, numberAbove } from '../config-file/scalars.ts';
import { section, type SectionOutput } from '../config-file/sections.ts';
import type { ListTask, RoomTask } from '../tasks/task.ts';
import { tasks } from '../tasks/tasks.ts';

type Definition = (typeof tasks)[number];
type CommonShape = ReturnType<typeof commonShape>;
type RoomTaskShape = CommonShape & ReturnType<typeof roomTaskShape>;
type OwnShape<D extends Definition> = D extends { readonly settings: infer Shape } ? Shape : unknown;
type TaskConfig<D extends Definition> = SectionOutput<
  (D['kind'] extends 'room' ? RoomTaskShape : CommonShape) & OwnShape<D>
>;
type TasksShape = { readonly [D in Definition as D['name']]: z.ZodType<TaskConfig<D>> };

/** The section `tasks`: for each task a section with the keys that all tasks have, and its own. */
export function tasksSchema() {
  const sections = tasks.map((task: ListTask | RoomTask) => {
    const ofRoomTask = task.kind === 'room' ? roomTaskShape() : {};
    const schema = section({ ...commonShape(task), ...ofRoomTask, ...task.settings });
    return [task.name, schema.prefault({}).describe(task.description)] as const;
  });
  return section(Object.fromEntries(sections) as unknown as TasksShape);
}

function commonShape(task: ListTask | RoomTask) {
  const { name, callsPerSecond } = task.kind === 'room' ? task.command : task.listers.live.command;
  const whatTriggerDoes = task.kind === 'room' ? 'When every known room becomes due' : 'When the list is read';
  return {
    schedule: cron()
      .prefault(task.schedule)
      .describe(`${whatTriggerDoes}: a cron expression with seconds, in the configured time zone.`),
    enabled: boolean().prefault(task.enabled).describe('Whether the task runs.'),
    requestsPerSecond: numberAbove({ above: 0 })
      .optional()
      .describe(
        `Calls of ${name} per second and app, instead of quota.share of Tencent's documented ${callsPerSecond}. More than that only if Tencent has raised the quota of the app.`,
      ),
  };
}

function roomTaskShape() {
  return {
    maxAgeMs: duration({ minMs: 1000 })
      .prefault('10m')
      .describe('No room waits longer than this for its call, if the quota permits.'),
  };
}
