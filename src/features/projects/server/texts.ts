/** Problems of requests about projects. */
export const texts = {
  problems: {
    otherOrganization: 'The request names another organization. Leave one of them out.',
    notAMember: 'This person is not a member of the organization.',
    tooMany: (max: number) =>
      `This organization has ${max.toLocaleString('en')} projects, the limit. Delete some, or ask the operator for a higher limit (MAX_PROJECTS).`,
  },
};
