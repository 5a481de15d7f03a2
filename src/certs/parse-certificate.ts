/** Parses PEM certificates that may be anything, such as a file that a person put into `secrets/`. */
import { X509Certificate } from 'node:crypto';

/** Undefined for what is no certificate in PEM form; OpenSSL's own words say nothing more. */
export function parseCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}
