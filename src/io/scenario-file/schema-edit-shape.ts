import { z } from 'zod';

const clause = z.strictObject({
  attribute: z.string().min(1),
  operator: z.string().min(1),
  value: z.string().optional(),
});

/** What an edit is about; it is about exactly one of these. */
const SUBJECTS = ['mapping', 'withoutMapping', 'targetAttribute', 'actions', 'enabled', 'filter'] as const;

/** An edit of a synchronization schema. A mapping that is there is changed, one that is not is added at the end. */
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
    /** The target attribute whose mapping is removed. */
    withoutMapping: z.string().min(1).optional(),
    /** A target attribute whose definition is changed or added. */
    targetAttribute: z.string().min(1).optional(),
    multivalued: z.boolean().optional(),
    required: z.boolean().optional(),
    caseExact: z.boolean().optional(),
    /** What the job may do to target objects. */
    actions: z.array(z.enum(['Add', 'Update', 'Delete'])).optional(),
    /** Whether objects of this type are provisioned. */
    enabled: z.boolean().optional(),
    /** The scoping filter: groups of clauses, OR between groups, AND inside one; no group takes the filter away. */
    filter: z.array(z.array(clause)).optional(),
  })
  .refine((edit) => SUBJECTS.filter((subject) => edit[subject] !== undefined).length === 1, {
    error: `an edit of the schema has exactly one of ${SUBJECTS.join(', ')}`,
  });

/** One edit of a synchronization schema. */
export type SchemaEdit = z.infer<typeof SCHEMA_EDIT>;
