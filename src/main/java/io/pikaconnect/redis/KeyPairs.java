package io.pikaconnect.redis;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;

/** Whether a private key is the one of a public key: what the one signs the other has to accept. */
final class KeyPairs {

    private static final byte[] SOMETHING = "something".getBytes(StandardCharsets.US_ASCII);

    /** By the algorithm of the key. */
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    private KeyPairs() {}

    /** True, too, for keys of kinds that are not known here. */
    static boolean belong(PrivateKey key, PublicKey of) {
        String algorithm = of.getAlgorithm();
        String signature = SIGNATURES.get(algorithm);
        if (signature == null) {
            return true;
        }
        try {
            // providers differ in what they call a key's algorithm
            PrivateKey same =
                    KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
            Signature signing = Signature.getInstance(signature);
            signing.initSign(same);
            signing.update(SOMETHING);
            byte[] signed = signing.sign();
            Signature verifying = Signature.getInstance(signature);
            verifying.initVerify(of);
            verifying.update(SOMETHING);
            return verifying.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
