// Names of what is kept, held, deleted and looked at.

import type { Schema } from "../api/client";
import { named } from "../words/names";
import { fullTime, type Say } from "../words/say";

type Deletion = Schema["DeletionView"];

export const triggerName = named({
  retention: ["保存期限已到", "its time was over"],
  pressure: ["磁盘空间不足", "the disk was full"],
});

export const spaceName = named({
  unknown: ["磁盘状况未知", "Nothing is known of the disk yet"],
  enough: ["磁盘空间充足", "There is room on the disk"],
  clearing: ["磁盘空间不足，正在按规则提前删除", "The disk is full; evidence is deleted early, by the rules"],
  cannot_clear: ["磁盘已满，且没有可删除的证据", "The disk is full, and nothing is left that may be deleted"],
});

export const accessName = named({
  clip: ["查看原始视频", "Looked at an unmasked clip"],
  pack: ["下载含视频的证据包", "Took a pack with the clip"],
});

// What stands in the place of evidence that was deleted.
export function tombstone(say: Say, entry: Deletion): string {
  const when = fullTime(say, entry.decided_at);
  return say(
    `已于 ${when} 删除：${triggerName(say, entry.trigger)}，规则 ${entry.rule}（策略 ${entry.policy_version}）。校验值留存。`,
    `Deleted on ${when}: ${triggerName(say, entry.trigger)}, rule ${entry.rule} (policy ${entry.policy_version}). Its checksum stays.`,
  );
}
