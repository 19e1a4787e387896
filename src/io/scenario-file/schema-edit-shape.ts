import { z } from 'zod';

const clause = z.strictObject({
  attribute: z.string().min(1),
  operator: z.string().min(1),
  value: z.string().optional(),
});

/** The subjects of an edit; it has exactly one. */
const SUBJECTS = ['mapping', 'withoutMapping', 'targetAttribute', 'actions', 'enabled', 'filter'] as const;

/** An edit of a synchronization schema. Changes an existing mapping, or appends a new one. */
export const SCHEMA_EDIT = z
  .strictObject({
    of: z.enum(['User', 'Group']),
    /** The target attribute of a mapping. */
    mapping: z.string().min(1).optional(),
    /** The expression of the mapping; null: None. */
    source: z.string().nullable().optional(),
    defaultValue: z.string().optional(),
    flowType: z
      .enum(['Always', 'ObjectAddOnly', 'MultiValueAddOnly', 'ValueAddOnly', 'AttributeAddOnly'])
      .optional(),
    flowBehavior: z.enum(['FlowWhenChanged', 'FlowAlways']).optional(),
    matchingPriority: z.int().min(0).optional(),
    /** The target attribute of a mapping to remove. */
    withoutMapping: z.string().min(1).optional(),
    /** The target attribute of a definition to change or add. */
    targetAttribute: z.string().min(1).optional(),
    multivalued: z.boolean().optional(),
    required: z.boolean().optional(),
    caseExact: z.boolean().optional(),
    /** The target object actions. */
    actions: z.array(z.enum(['Add', 'Update', 'Delete'])).optional(),
    /** Whether the object mapping is enabled. */
    enabled: z.boolean().optional(),
    /** The scoping filter: OR between groups, AND inside one; an empty list removes the filter. */
    filter: z.array(z.array(clause)).optional(),
  })
  .refine((edit) => SUBJECTS.filter((subject) => edit[subject] !== undefined).length === 1, {
    error: `an edit of the schema has exactly one of ${SUBJECTS.join(', ')}`,
  });

/** One edit of a synchronization schema. */
export type SchemaEdit = z.infer<typeof SCHEMA_EDIT>;
