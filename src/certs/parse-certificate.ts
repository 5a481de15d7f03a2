/** Parses PEM certificates from untrusted text, such as a file that a person put into `secrets/`. */
import { X509Certificate } from 'node:crypto';

/**
 * Returns the certificate, or undefined when the text is not a PEM certificate. The error message of OpenSSL is
 * dropped, because it adds no information.
 */
export function parseCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}
