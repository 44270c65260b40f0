import { studentt } from "jstat";
import { Matrix, QrDecomposition, solve } from "ml-matrix";

/** An estimate and the interval a new observation falls into with the given confidence. */
export interface Prediction {
  estimate: number;
  low: number;
  high: number;
}

export interface LinearModel {
  coefficients: number[];
  /** Standard error of a residual. */
  residualError: number;
  /** Predicts one row, with the given confidence (0.9: ninety per cent). */
  predict(row: number[], confidence: number): Prediction;
}

/**
 * Ordinary least squares of `targets` on `rows` (each with its constant), by QR decomposition. Needs more rows than columns and columns
 * that do not depend on each other.
 */
export function fitLinearModel(rows: number[][], targets: number[]): LinearModel {
  const design = new Matrix(rows);
  const target = Matrix.columnVector(targets);
  const qr = new QrDecomposition(design);
  const coefficients = qr.solve(target);
  const degrees = design.rows - design.columns;
  const residuals = Matrix.sub(target, design.mmul(coefficients));
  const residualError = residuals.norm("frobenius") / Math.sqrt(degrees);
  const lower = qr.upperTriangularMatrix.transpose();

  return {
    coefficients: coefficients.to1DArray(),
    residualError,
    predict(row, confidence) {
      const estimate = Matrix.rowVector(row).mmul(coefficients).get(0, 0);
      // With X = QR, x′(X′X)⁻¹x is the squared length of R′⁻¹x: no inverse is needed.
      const leverage = solve(lower, Matrix.columnVector(row)).norm("frobenius") ** 2;
      const margin = studentt.inv((1 + confidence) / 2, degrees) * residualError * Math.sqrt(1 + leverage);
      return { estimate, low: estimate - margin, high: estimate + margin };
    },
  };
}
