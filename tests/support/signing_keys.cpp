#include "support/signing_keys.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <stdexcept>

#include "base/encoding.hpp"

namespace paperround::test {

namespace {

EVP_PKEY* as_key(const std::shared_ptr<void>& key) {
    return static_cast<EVP_PKEY*>(key.get());
}

std::shared_ptr<void> owned(EVP_PKEY* key) {
    if (key == nullptr) throw std::runtime_error("no key");
    return {key, [](void* held) { ::EVP_PKEY_free(static_cast<EVP_PKEY*>(held)); }};
}

std::string signature_of(EVP_PKEY* key, const EVP_MD* hash, const std::string& octets) {
    EVP_MD_CTX* const context = ::EVP_MD_CTX_new();
    std::string out(1024, '\0');
    std::size_t size = out.size();
    const auto* data = reinterpret_cast<const unsigned char*>(octets.data());
    const bool signed_it = ::EVP_DigestSignInit(context, nullptr, hash, nullptr, key) == 1 &&
                           ::EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                                            data, octets.size()) == 1;
    ::EVP_MD_CTX_free(context);
    if (!signed_it) throw std::runtime_error("cannot sign");
    out.resize(size);
    return out;
}

std::string content(BIO* bio) {
    char* data = nullptr;
    const long size = ::BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    ::BIO_free(bio);
    return text;
}

}  // namespace

EcKey::EcKey() : key_(owned(::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"))) {}

std::string EcKey::public_base64() const {
    unsigned char* der = nullptr;
    const int size = ::i2d_PUBKEY(as_key(key_), &der);
    const std::string octets(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    ::OPENSSL_free(der);
    return base64(octets);
}

std::string EcKey::public_pem() const {
    BIO* const bio = ::BIO_new(::BIO_s_mem());
    ::PEM_write_bio_PUBKEY(bio, as_key(key_));
    return content(bio);
}

std::string EcKey::sign(const std::string& octets) const {
    return signature_of(as_key(key_), ::EVP_sha256(), octets);
}

Certificate::Certificate(const std::string& name)
    : key_(owned(::EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}))),
      made_(SystemClock().now()) {
    X509* const made = ::X509_new();
    certificate_ = {made, [](void* held) { ::X509_free(static_cast<X509*>(held)); }};
    ::ASN1_INTEGER_set(::X509_get_serialNumber(made), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(made), -86'400);
    ::X509_gmtime_adj(::X509_getm_notAfter(made), 86'400);
    ::X509_set_pubkey(made, as_key(key_));
    X509_NAME* const subject = ::X509_get_subject_name(made);
    ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    ::X509_set_issuer_name(made, subject);
    ::X509_sign(made, as_key(key_), ::EVP_sha256());
}

std::string Certificate::pem() const {
    BIO* const bio = ::BIO_new(::BIO_s_mem());
    ::PEM_write_bio_X509(bio, static_cast<X509*>(certificate_.get()));
    return content(bio);
}

std::string Certificate::sign(Hash hash, const std::string& octets) const {
    return signature_of(as_key(key_), hash == Hash::sha1 ? ::EVP_sha1() : ::EVP_sha256(), octets);
}

}  // namespace paperround::test
