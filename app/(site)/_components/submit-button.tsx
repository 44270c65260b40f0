"use client";

import { Button, type ButtonProps } from "@mantine/core";
import type { ReactNode } from "react";
import { useFormStatus } from "react-dom";

/** Sends its form, and shows while that is under way. */
export function SubmitButton({ children, ...rest }: ButtonProps & { children: ReactNode }) {
  const { pending } = useFormStatus();
  return (
    <Button type="submit" size="md" loading={pending} {...rest}>
      {children}
    </Button>
  );
}
