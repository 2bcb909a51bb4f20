import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./app";
import { giveNonceToStyles } from "./nonce";
import { Preferences } from "./shell/preferences";
import "./styles/base.css";

giveNonceToStyles(document);

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      {/* Without transitions: the next key must meet the alert that the last one chose. */}
      <BrowserRouter basename="/console" useTransitions={false}>
        <Preferences>
          <App />
        </Preferences>
      </BrowserRouter>
    </StrictMode>,
  );
}
