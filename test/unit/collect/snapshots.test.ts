import { describe, expect, it } from "vitest";
import { SnapshotPace } from "../../../lib/collect/snapshots.js";

describe("snapshots of a run", () => {
  it("begin after a second, with the first bytes of a small one", () => {
    const pace = new SnapshotPace(0);
    expect(pace.isDue(999, 10_000)).toBe(false);
    expect(pace.isDue(1000, 0)).toBe(false);
    expect(pace.isDue(1000, 10_000)).toBe(true);
  });

  it("take a tenth of the time at most, the first included", () => {
    const pace = new SnapshotPace(0);
    expect(pace.isDue(1000, 10_100_000)).toBe(false);
    expect(pace.isDue(1100, 1_000_000)).toBe(true);
    pace.wrote(50, 1_000_000);
    expect(pace.isDue(1400, 2_000_000)).toBe(false);
    expect(pace.isDue(1600, 2_000_000)).toBe(true);
  });

  it("are each larger than the one before by three fifths", () => {
    const pace = new SnapshotPace(0);
    pace.wrote(1, 1_000_000);
    expect(pace.isDue(60_000, 1_500_000)).toBe(false);
    expect(pace.isDue(60_000, 1_600_000)).toBe(true);
  });
});
