"use client";

import { ActionIcon, Popover } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import type { METRICS } from "@/lib/metrics/catalogue";

const EMPTY = "There is nothing to divide by yet, so there is no value: a dash, never a zero.";

/** What a metric means, in words, at a press. */
export function Definition({ metric, empty }: { metric: (typeof METRICS)[number]; empty: boolean }) {
  return (
    <Popover width={280} position="bottom-end" withArrow shadow="md" withinPortal>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={`What “${metric.label}” means`}>
          <IconInfoCircle size={16} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown style={{ fontSize: "0.875rem", lineHeight: 1.5 }}>
        {metric.definition} {empty && <em>{EMPTY} </em>}
        <a href={`/dashboard/definitions#${metric.id}`}>Exactly</a>
      </Popover.Dropdown>
    </Popover>
  );
}
