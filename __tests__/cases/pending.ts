/** Rows of the cases that have no test yet, by theme. maand may already behave as they require, but no test proves it. */
export const PENDING: Readonly<Record<string, string>> = {
  'prerequisites and start': 'A1 A2 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15',
  'first deploy, skip, force': 'B3 B6 B8 B9 B12 B13 B14 B15 B16',
  waves: 'C2 C3 C5 C6',
  'staging and transfer': 'D1 D2 D3 D4 D5 D6 D7 D8 D9 D10 D11 D16 D17 D18 D19 D20 D21 D22 D23',
  'lifecycle choice': 'F5 F9 F10 F11 F12 F14',
  'sync-only': 'G4',
  'reconcile, disabled, removed': 'H3 H4 H8 H9 H10 H11 H12 H13 H16 H17 H18',
  'promote, versions, resume': 'I1 I2 I3 I4 I5 I6 I7 I8 I14 I15 I17 I18',
  'dry run': 'J1 J2 J3 J4 J5 J6 J7 J8 J9 J10 J11 J12',
  'logs show, which is not in this version': 'N20 N21',
};
