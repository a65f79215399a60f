import { ExitIcon, PersonIcon } from "@radix-ui/react-icons";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useWhoami } from "../api/queries/whoami.ts";
import { useServices } from "../services.ts";
import { signOut } from "../session/session.ts";
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuLine } from "../ui/menu.tsx";
import { useToasts } from "../ui/toast.tsx";
import styles from "./rail.module.css";
import { chooseTheme, storedTheme, themes } from "./theme.ts";

const themeWords = { system: "As the system", light: "Light", dark: "Dark" } as const;

/** Who is signed in, how the console looks, and the way out. */
export function UserMenu({ isFolded }: { readonly isFolded: boolean }) {
  const { client, session } = useServices();
  const { principal } = useWhoami();
  const { fail } = useToasts();
  const navigate = useNavigate();
  const [theme, setTheme] = useState(storedTheme);
  const leave = useMutation({
    mutationFn: (isEverywhere: boolean) => signOut(client, isEverywhere),
    onSuccess: () => session.set({ status: "signed_out", because: "left" }),
    onError: fail,
  });
  const name = principal.name === "" ? (principal.email ?? principal.id) : principal.name;
  const choose = (value: string) => {
    const chosen = themes.find((one) => one === value);
    if (chosen === undefined) return;
    chooseTheme(chosen);
    setTheme(chosen);
  };
  return (
    <Menu
      align="start"
      side="top"
      trigger={
        <button
          type="button"
          className={styles.user}
          {...(isFolded && { "aria-label": `Account: ${name}`, title: name })}
        >
          <span className={styles.avatar} aria-hidden>
            {name.slice(0, 1).toUpperCase()}
          </span>
          {!isFolded && (
            <span>
              <span className={styles.name}>{name}</span>
              {principal.email !== null && principal.email !== name && (
                <span className={styles.email}>{principal.email}</span>
              )}
            </span>
          )}
        </button>
      }
    >
      <MenuLabel>{principal.email ?? principal.id}</MenuLabel>
      <MenuItem icon={<PersonIcon aria-hidden />} onSelect={() => void navigate({ to: "/account" })}>
        Your account
      </MenuItem>
      <MenuLine />
      <MenuChoices
        label="Appearance"
        value={theme}
        options={themes.map((value) => ({ value, label: themeWords[value] }))}
        onChange={choose}
      />
      <MenuLine />
      <MenuItem icon={<ExitIcon aria-hidden />} onSelect={() => leave.mutate(false)}>
        Sign out
      </MenuItem>
      <MenuItem icon={<ExitIcon aria-hidden />} onSelect={() => leave.mutate(true)}>
        Sign out everywhere
      </MenuItem>
    </Menu>
  );
}
