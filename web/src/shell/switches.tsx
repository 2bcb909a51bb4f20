import { usePreferences } from "./preferences";

export function Switches() {
  const { language, theme, say, setLanguage, setTheme } = usePreferences();
  const isDark = theme === "dark";
  return (
    <>
      <button
        type="button"
        className="quiet"
        id="language"
        lang={language === "zh" ? "en" : "zh-CN"}
        onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
      >
        {language === "zh" ? "EN" : "中文"}
      </button>
      <button
        type="button"
        className="quiet"
        id="theme"
        aria-pressed={isDark}
        aria-label={say("深色显示", "Dark")}
        title={isDark ? say("改为浅色", "Change to light") : say("改为深色", "Change to dark")}
        onClick={() => setTheme(isDark ? "light" : "dark")}
      >
        {isDark ? "☾" : "☀"}
      </button>
    </>
  );
}
