// The tour: where it leads and what it says there. It shows itself once, on the demonstration, and again when asked.

export interface TourStep {
  to: string;
  zh: readonly [string, string];
  en: readonly [string, string];
}

export const STEPS: readonly TourStep[] = [
  {
    to: "/situation",
    zh: ["态势", "这里看全局：等待人工核实的线索、没有画面的摄像机、超时的事项。演示画面均为渲染，没有真人。"],
    en: [
      "Situation",
      "The whole at a glance: leads that wait for a person, cameras without a picture, what is overdue. Everything in the demonstration is rendered; nobody was filmed.",
    ],
  },
  {
    to: "/alerts",
    zh: ["告警台", "逐条查看并判断：C 确认，D 排除，U 无法判断。人工判断之前，一切只是线索。"],
    en: [
      "Alerts",
      "Look and judge: C confirms, D dismisses, U cannot tell. Until a person has judged, it is a lead only.",
    ],
  },
  {
    to: "/cameras",
    zh: ["摄像机", "添加摄像机，看首帧画面，画出区域。没有画面表示情况未知，不代表合规。"],
    en: ["Cameras", "Add a camera, look at its first picture, draw zones. No picture means unknown, never fine."],
  },
  {
    to: "/enterprises",
    zh: ["企业画像", "指数、扣分原因与恢复途径。未经人工核实的线索权重为零。"],
    en: [
      "Enterprises",
      "The index, what takes how much off, and the way back. Leads that nobody verified weigh nothing.",
    ],
  },
  {
    to: "/help",
    zh: ["帮助", "每个词的意思都在这里。按 ? 链接可随时回来，也可以再看一次导览。"],
    en: ["Help", "What every word means. Come back by the question mark at the top, also for this tour."],
  },
];

const DEMO_PREFIX = "00000000-0000-7000-8000-0000000"; // ids of the demonstration's cameras, which nobody else's have

export const isDemo = (cameraIds: readonly string[]): boolean => cameraIds.some((id) => id.startsWith(DEMO_PREFIX));
