// Language and theme: chosen by the person, remembered by the browser, given to every part of the page.

import { ConfigProvider, theme as themes } from "antd";
import enGB from "antd/locale/en_GB";
import zhCN from "antd/locale/zh_CN";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type Language, type Say, speaking } from "../words/say";
import { recall, remember } from "./memory";

export type Theme = "light" | "dark";

interface Chosen {
  language: Language;
  theme: Theme;
  say: Say;
  setLanguage: (language: Language) => void;
  setTheme: (theme: Theme) => void;
}

const LANGUAGE_KEY = "brightkitchen.language"; // the plain pages' own: the choice holds for both
const THEME_KEY = "brightkitchen.theme";
const FONTS =
  '-apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", Roboto, sans-serif';

const Context = createContext<Chosen | null>(null);

export function usePreferences(): Chosen {
  const chosen = useContext(Context);
  if (chosen === null) throw new Error("usePreferences needs Preferences above it");
  return chosen;
}

export const useSay = (): Say => usePreferences().say;

function firstTheme(): Theme {
  const kept = recall(THEME_KEY);
  if (kept === "light" || kept === "dark") return kept;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function Preferences({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(recall(LANGUAGE_KEY) === "en" ? "en" : "zh");
  const [theme, setTheme] = useState<Theme>(firstTheme);

  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.title = language === "zh" ? "明厨 Brightkitchen" : "Brightkitchen 明厨";
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  const chosen = useMemo<Chosen>(
    () => ({
      language,
      theme,
      say: speaking(language),
      setLanguage: (wanted) => {
        remember(LANGUAGE_KEY, wanted);
        setLanguage(wanted);
      },
      setTheme: (wanted) => {
        remember(THEME_KEY, wanted);
        setTheme(wanted);
      },
    }),
    [language, theme],
  );
  const isDark = theme === "dark";
  return (
    <Context.Provider value={chosen}>
      <ConfigProvider
        locale={language === "zh" ? zhCN : enGB}
        wave={{ disabled: true }}
        button={{ autoInsertSpace: false }}
        theme={{
          algorithm: isDark ? themes.darkAlgorithm : themes.defaultAlgorithm,
          token: {
            colorPrimary: isDark ? "#278376" : "#1d6b61",
            colorTextPlaceholder: isDark ? "#9aa8a5" : "#66736f",
            colorTextDescription: isDark ? "#a9b7b3" : "#5c6b68",
            fontFamily: FONTS,
            borderRadius: 8,
            motionDurationMid: "0.1s",
            motionDurationSlow: "0.15s",
          },
        }}
      >
        {children}
      </ConfigProvider>
    </Context.Provider>
  );
}
