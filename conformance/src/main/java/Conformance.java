import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.enumerations.SubIndication;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/**
 * Asks EU DSS about sealed files, from their own data alone: no list, no responder, no issuer is asked.
 *
 * <p>One line of standard input per file: path, root certificate and moment (ISO 8601) of the validation, separated by
 * tabs. One line of standard output for each signature, timestamp and remark, separated by tabs too.
 */
public final class Conformance {
    private final PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] arguments) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Conformance conformance = new Conformance();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split("\t");
            conformance.judge(new File(parts[0]), new File(parts[1]), Date.from(Instant.parse(parts[2])));
        }
    }

    private void judge(File file, File root, Date moment) {
        try {
            tell(file, reportsOn(file, root, moment));
        } catch (RuntimeException error) {
            say(file, "failure", "", error.getClass().getSimpleName(), String.valueOf(error.getMessage()), "");
        }
    }

    private static Reports reportsOn(File file, File root, Date moment) {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        CertificateToken certificate = DSSUtils.loadCertificate(root);
        trusted.addCertificate(certificate);
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(trusted);
        verifier.setAIASource(null);
        verifier.setOcspSource(null);
        verifier.setCrlSource(null);
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
        validator.setCertificateVerifier(verifier);
        validator.setValidationTime(moment);
        return validator.validateDocument();
    }

    private void tell(File file, Reports reports) {
        SimpleReport report = reports.getSimpleReport();
        DiagnosticData data = reports.getDiagnosticData();
        for (SignatureWrapper signature : data.getSignatures()) {
            verdict(file, "signature", report, signature.getId(), String.valueOf(signature.getSignatureFormat()));
            // Annotations that lie upon each other are a remark about the document, not a change of it.
            if (!signature.getPdfPageDifferenceConcernedPages().isEmpty()
                    || !signature.getPdfVisualDifferenceConcernedPages().isEmpty()) {
                say(file, "changed", signature.getId(), "pages differ between revisions", "", "");
            }
            if (!signature.getPdfUndefinedChanges().isEmpty()) {
                say(file, "changed", signature.getId(), signature.getPdfUndefinedChanges().toString(), "", "");
            }
        }
        for (TimestampWrapper timestamp : data.getTimestampList()) {
            verdict(file, "timestamp", report, timestamp.getId(), String.valueOf(timestamp.getType()));
        }
    }

    private void verdict(File file, String kind, SimpleReport report, String id, String format) {
        Indication indication = report.getIndication(id);
        SubIndication sub = report.getSubIndication(id);
        say(file, kind, id, String.valueOf(indication), sub == null ? "" : sub.toString(), format);
        remarks(file, "error", id, report.getAdESValidationErrors(id));
        remarks(file, "warning", id, report.getAdESValidationWarnings(id));
        remarks(file, "information", id, report.getAdESValidationInfo(id));
    }

    private void remarks(File file, String kind, String id, List<Message> messages) {
        for (Message message : messages) {
            say(file, kind, id, message.getKey(), message.getValue(), "");
        }
    }

    private void say(File file, String kind, String id, String first, String second, String third) {
        output.println(String.join("\t", file.getPath(), kind, id, first, second, third));
    }
}
