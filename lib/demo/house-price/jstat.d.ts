declare module "jstat" {
  /** The part of jStat used here. */
  export const studentt: {
    /** The value below which a Student's t with `dof` degrees of freedom falls with probability `p`. */
    inv(p: number, dof: number): number;
  };
}
