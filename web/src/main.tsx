import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createConsoleRouter } from "./router.tsx";
import { createServices, ServicesContext } from "./services.ts";
import { takeLinkToken } from "./session/link-token.ts";
import { applyTheme, storedTheme } from "./shell/theme.ts";
import { ToastProvider } from "./ui/toast.tsx";

applyTheme(storedTheme());
const services = createServices(takeLinkToken());
const router = createConsoleRouter(services);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <ServicesContext value={services}>
      <QueryClientProvider client={services.queries}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </QueryClientProvider>
    </ServicesContext>
  </StrictMode>,
);
