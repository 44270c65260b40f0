import { Anchor, Button, Container, Group, Stack, Text, Title } from "@mantine/core";

/** What a signed-in person without a role sees, with status 403. */
export default function NotForYou() {
  return (
    <Container size="xs" py={96}>
      <Stack gap="md">
        <Title order={1}>This dashboard is not for you</Title>
        <Text>
          You are signed in, but your account may only use the site itself. The numbers are shown to the owner and to people the owner has
          invited.
        </Text>
        <Text>If you should be one of them, ask the owner for the role “viewer”, then sign in again.</Text>
        <Group>
          <Button component="a" href="/">
            Back to the site
          </Button>
          <Anchor href="/login?callbackUrl=%2Fdashboard">Sign in as someone else</Anchor>
        </Group>
      </Stack>
    </Container>
  );
}
