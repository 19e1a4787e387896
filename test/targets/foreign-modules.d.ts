/**
 * The few entry points of the foreign servers that the tests call. Declared here, so that the types of the project are
 * checked without installing the servers, and without reading the thousands of declarations behind them.
 */

declare module '@boxyhq/saml-jackson' {
  interface Page {
    readonly directoryId?: string;
    readonly pageOffset: number;
    readonly pageLimit: number;
  }
  interface Held<T> {
    readonly data: readonly T[];
  }
  interface ScimCall {
    readonly method: string;
    readonly directoryId: string;
    readonly resourceType: string;
    readonly resourceId: string | undefined;
    readonly apiSecret: string | null;
    readonly body: unknown;
    readonly query: { readonly count?: number; readonly startIndex?: number; readonly filter?: string };
  }
  interface ResourceStore {
    setTenantAndProduct(tenant: string, product: string): this;
    getAll(page: Page): Promise<Held<{ readonly id: string; readonly raw: object }>>;
  }
  interface GroupStore extends ResourceStore {
    getGroupMembers(page: Page & { readonly groupId: string }): Promise<Held<{ readonly user_id: string }>>;
  }
  interface DirectorySync {
    readonly directories: {
      create(directory: { tenant: string; product: string; type: 'azure-scim-v2' }): Promise<{
        readonly data: { readonly id: string; readonly scim: { readonly secret: string } };
      }>;
    };
    readonly users: ResourceStore;
    readonly groups: GroupStore;
    readonly requests: {
      handle(
        call: ScimCall,
        onEvent: () => Promise<void>,
      ): Promise<{ readonly status: number; readonly data?: unknown }>;
    };
  }
  export const controllers: (options: object) => Promise<{
    readonly directorySyncController: DirectorySync;
  }>;
}

declare module '@better-auth/scim' {
  export const scim: (options: object) => { readonly id: 'scim' };
}

declare module 'better-auth' {
  export const betterAuth: (options: object) => { handler(request: Request): Promise<Response> };
}

declare module 'better-auth/db/migration' {
  export const getMigrations: (options: object) => Promise<{ runMigrations(): Promise<void> }>;
}

declare module 'better-auth/plugins' {
  export const admin: () => { readonly id: 'admin' };
}

declare module 'better-auth/node' {
  import type { RequestListener } from 'node:http';
  export const toNodeHandler: (auth: { handler(request: Request): Promise<Response> }) => RequestListener;
}
