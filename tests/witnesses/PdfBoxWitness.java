import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Security;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Store;

/**
 * Judges the signatures of PDF files with Apache PDFBox (structure) and BouncyCastle (CMS, RFC 3161, PKIX).
 *
 * <p>Arguments: root certificate, moment (ISO 8601), files. Prints one line per signature or timestamp, separated by
 * tabs: file, kind, "good" or what is wrong, /Name.
 */
public final class PdfBoxWitness {
    private final PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final X509Certificate root;
    private final Date moment;

    private PdfBoxWitness(X509Certificate root, Date moment) {
        this.root = root;
        this.moment = moment;
    }

    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        Security.addProvider(new BouncyCastleProvider());
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate root;
        try (FileInputStream stream = new FileInputStream(arguments[0])) {
            root = (X509Certificate) factory.generateCertificate(stream);
        }
        PdfBoxWitness witness = new PdfBoxWitness(root, Date.from(Instant.parse(arguments[1])));
        for (String name : Arrays.asList(arguments).subList(2, arguments.length)) {
            witness.judge(new File(name));
        }
    }

    private void judge(File file) {
        try (PDDocument document = PDDocument.load(file)) {
            byte[] bytes = Files.readAllBytes(file.toPath());
            List<PDSignature> signatures = document.getSignatureDictionaries();
            long end = 0;
            for (PDSignature signature : signatures) {
                int[] range = signature.getByteRange();
                end = Math.max(end, (long) range[2] + range[3]);
                judge(file, bytes, signature);
            }
            say(file, "document", end == bytes.length ? "good" : "bytes after the last signature", null);
        } catch (IOException | RuntimeException error) {
            say(file, "document", error.toString(), null);
        }
    }

    private void judge(File file, byte[] bytes, PDSignature signature) {
        String name = signature.getName();
        String kind = "ETSI.RFC3161".equals(signature.getSubFilter()) ? "document timestamp" : "signature";
        try {
            require(rangeIsWhole(bytes, signature), "the byte range leaves more out than /Contents");
            byte[] covered = signature.getSignedContent(bytes);
            byte[] content = signature.getContents(bytes);
            if ("document timestamp".equals(kind)) {
                verifyToken(new TimeStampToken(new CMSSignedData(content)), covered);
            } else {
                require("ETSI.CAdES.detached".equals(signature.getSubFilter()), "another SubFilter");
                SignerInformation signer = verifySigner(content, covered);
                Attribute stamp = stampOf(signer);
                if (stamp != null) {
                    say(file, "signature timestamp", verdictOnStamp(signer, stamp), null);
                }
            }
            say(file, kind, "good", name);
        } catch (Refused | IOException | CMSException | TSPException | OperatorCreationException
                | GeneralSecurityException | RuntimeException error) {
            say(file, kind, error.toString(), name);
        }
    }

    private static boolean rangeIsWhole(byte[] bytes, PDSignature signature) {
        int[] range = signature.getByteRange();
        return range.length == 4
                && range[0] == 0
                && bytes[range[1]] == '<'
                && bytes[range[2] - 1] == '>'
                && range[2] + range[3] <= bytes.length;
    }

    private SignerInformation verifySigner(byte[] content, byte[] covered)
            throws CMSException, GeneralSecurityException, OperatorCreationException, Refused {
        CMSSignedData signed = new CMSSignedData(new CMSProcessableByteArray(covered), content);
        require(signed.getSignerInfos().size() == 1, "not exactly one signer");
        SignerInformation signer = signed.getSignerInfos().iterator().next();
        X509CertificateHolder holder = only(signed.getCertificates().getMatches(signer.getSID()));
        require(
                signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder)),
                "the signature does not verify");
        verifyBinding(signer, holder);
        verifyPath(holder, signed.getCertificates());
        return signer;
    }

    /** ETSI EN 319 122-1, 5.2.2: the signed attribute names the signing certificate by its digest. */
    private static void verifyBinding(SignerInformation signer, X509CertificateHolder holder)
            throws GeneralSecurityException, Refused {
        AttributeTable signed = signer.getSignedAttributes();
        Attribute attribute = signed.get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
        require(attribute != null, "no signing-certificate-v2");
        require(signed.get(PKCSObjectIdentifiers.pkcs_9_at_signingTime) == null, "a signing-time attribute");
        ASN1Encodable value = attribute.getAttrValues().getObjectAt(0);
        ESSCertIDv2 named = SigningCertificateV2.getInstance(value).getCerts()[0];
        String algorithm = named.getHashAlgorithm().getAlgorithm().getId();
        try {
            byte[] digest = MessageDigest.getInstance(algorithm, "BC").digest(holder.getEncoded());
            require(Arrays.equals(digest, named.getCertHash()), "signing-certificate-v2 names another certificate");
        } catch (IOException error) {
            throw new Refused(error.toString());
        }
    }

    private static Attribute stampOf(SignerInformation signer) {
        AttributeTable unsigned = signer.getUnsignedAttributes();
        return unsigned == null ? null : unsigned.get(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
    }

    private String verdictOnStamp(SignerInformation signer, Attribute attribute) {
        try {
            byte[] der = attribute.getAttrValues().getObjectAt(0).toASN1Primitive().getEncoded("DER");
            verifyToken(new TimeStampToken(new CMSSignedData(der)), signer.getSignature());
            return "good";
        } catch (Refused | IOException | CMSException | TSPException | OperatorCreationException
                | GeneralSecurityException | RuntimeException error) {
            return error.toString();
        }
    }

    private void verifyToken(TimeStampToken token, byte[] covered)
            throws TSPException, GeneralSecurityException, OperatorCreationException, Refused {
        X509CertificateHolder holder = only(token.getCertificates().getMatches(token.getSID()));
        // Checks the signature, the ESS certificate identifier, the validity at genTime and the extended key usage.
        token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder));
        String algorithm = token.getTimeStampInfo().getMessageImprintAlgOID().getId();
        byte[] digest = MessageDigest.getInstance(algorithm, "BC").digest(covered);
        require(
                Arrays.equals(digest, token.getTimeStampInfo().getMessageImprintDigest()),
                "the token is about other bytes");
        verifyPath(holder, token.getCertificates());
    }

    private void verifyPath(X509CertificateHolder end, Store<X509CertificateHolder> held)
            throws GeneralSecurityException {
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter().setProvider("BC");
        List<X509Certificate> certificates = new ArrayList<>();
        for (X509CertificateHolder one : held.getMatches(null)) {
            certificates.add(converter.getCertificate(one));
        }
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(converter.getCertificate(end));
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(Set.of(new TrustAnchor(root, null)), target);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(certificates)));
        // Revocation is asked by other witnesses; the data lies in the DSS, which PDFBox does not read.
        parameters.setRevocationEnabled(false);
        parameters.setDate(moment);
        CertPathBuilder.getInstance("PKIX", "BC").build(parameters);
    }

    private static X509CertificateHolder only(Collection<X509CertificateHolder> found) throws Refused {
        require(found.size() == 1, found.size() + " certificates match the signer");
        return found.iterator().next();
    }

    private static void require(boolean condition, String otherwise) throws Refused {
        if (!condition) {
            throw new Refused(otherwise);
        }
    }

    private void say(File file, String kind, String verdict, String name) {
        String plain = verdict.replace('\t', ' ').replace('\n', ' ');
        output.println(String.join("\t", file.getPath(), kind, plain, name == null ? "" : name));
    }

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}
