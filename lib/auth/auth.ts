import NextAuth, { CredentialsSignin } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { AppError } from "../app-error";
import { markOutcome } from "../capture/outcome";
import { env } from "../env";
import { Credentials } from "./account-input";
import { authenticate } from "./authenticate";
import { clientAddress } from "./client-address";
import { endSession } from "./end-session";
import { safePath } from "./safe-path";
import { claimsOf, SESSION_S, SessionClaims } from "./session-claims";
import { hasEnded } from "./session-state";

/** A sign-in that was not even tried, because too many were. Its `code` is what NextAuth's own endpoints tell. */
class TooManyAttempts extends CredentialsSignin {
  override code = "too_many";
}

/** NextAuth with one way in: e-mail and password. Its settings are read at the first request, not when the app is built. */
export const { handlers, auth, signIn, signOut } = NextAuth(() => ({
  secret: env().AUTH_SECRET,
  // The app is its own server: what host it is asked for by is what it is called, and only paths of this site are ever redirected to.
  trustHost: true,
  session: { strategy: "jwt", maxAge: SESSION_S },
  pages: { signIn: "/login", signOut: "/logout", error: "/login" },
  providers: [
    CredentialsProvider({
      credentials: { email: {}, password: {} },
      async authorize(input, request) {
        const credentials = Credentials.safeParse(input);
        if (!credentials.success) return null;
        try {
          const account = await authenticate(credentials.data, clientAddress(request.headers));
          return account && { id: account.id, claims: claimsOf(account, new Date()) };
        } catch (error) {
          if (error instanceof AppError && error.code === "too-many") throw new TooManyAttempts(undefined, { cause: error });
          throw error;
        }
      },
    }),
  ],
  callbacks: {
    redirect: ({ url, baseUrl }) => `${baseUrl}${safePath(url.startsWith(baseUrl) ? url.slice(baseUrl.length) : url)}`,
    async jwt({ token, user }) {
      if (user?.claims) return { ...user.claims };
      const claims = SessionClaims.safeParse(token);
      if (!claims.success || Date.now() > claims.data.endsAt) return null;
      return (await hasEnded(claims.data)) ? null : token;
    },
    session({ session, token }) {
      const { sub, name, email, gender, role, passwordChangedAt, sid } = SessionClaims.parse(token);
      return { expires: session.expires, user: { id: sub, name, email, gender, role, passwordChangedAt, sid } };
    },
  },
  events: {
    async signIn({ user: { claims } }) {
      if (!claims) return;
      await markOutcome({ kind: "login", outcome: "success", user: { key: claims.sub, label: claims.name, gender: claims.gender } });
    },
    // Of the site's own page as of NextAuth's address for it.
    async signOut(message) {
      const claims = SessionClaims.safeParse("token" in message ? message.token : null);
      if (claims.success) await endSession(claims.data);
    },
  },
  logger: {
    error(error) {
      // A refused sign-in is no fault of the server's, and a cookie nobody can read is simply no session.
      if (error.name !== "CredentialsSignin" && error.name !== "JWTSessionError" && !(error instanceof CredentialsSignin))
        console.error(error);
    },
  },
}));
