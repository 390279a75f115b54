/** Who runs this installation. */
export const isOperator = ({ operator }: { readonly operator?: true | undefined }): boolean => operator === true;
