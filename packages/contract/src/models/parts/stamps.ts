import { datetime, uuid } from '../../fields/index.ts';

/** The three fields with which every model starts. `of` names the model in their descriptions. */
export const stamps = (of: string) => ({
  id: uuid({ title: 'Id', description: `The id of the ${of}.`, readOnly: true }),
  created_at: datetime({ title: 'Created at', description: `When the ${of} was made.`, readOnly: true }),
  updated_at: datetime({ title: 'Updated at', description: `When the ${of} last changed.`, readOnly: true }),
});

/** The organisation that owns a model. */
export const owner = (of: string) =>
  uuid({
    title: 'Organisation',
    description: `The id of the organisation that owns the ${of}.`,
    readOnly: true,
  });
