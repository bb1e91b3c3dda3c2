#include "base/public_key.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround {

namespace {

struct Release {
    void operator()(EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { ::EVP_MD_CTX_free(context); }
    void operator()(BIO* bio) const { ::BIO_free(bio); }
    void operator()(X509* certificate) const { ::X509_free(certificate); }
};
template <class T>
using Held = std::unique_ptr<T, Release>;

constexpr std::size_t key_text_limit = 64U << 10U;

const unsigned char* as_octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Held<BIO> reading(std::string_view pem) {
    return Held<BIO>(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// Nobody is asked for a passphrase.
int no_password(char*, int, int, void*) {
    return -1;
}

Held<EVP_PKEY> key_of(std::string_view text) {
    if (text.find("-----BEGIN") != std::string_view::npos)
        return Held<EVP_PKEY>(::PEM_read_bio_PUBKEY(reading(text).get(), nullptr, no_password, nullptr));
    const auto der = decode_base64(trim(text));
    if (!der) return nullptr;
    const unsigned char* at = as_octets(*der);
    return Held<EVP_PKEY>(::d2i_PUBKEY(nullptr, &at, static_cast<long>(der->size())));
}

bool is_on_p256(const EVP_PKEY* key) {
    if (::EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return false;
    std::array<char, 64> group{};
    std::size_t length = 0;
    return ::EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
           std::string_view(group.data(), length) == "prime256v1";
}

const EVP_MD* digest_of(Hash hash) {
    return hash == Hash::sha1 ? ::EVP_sha1() : ::EVP_sha256();
}

}  // namespace

struct PublicKey::Handle {
    explicit Handle(Held<EVP_PKEY> made) : key(std::move(made)) {}
    Held<EVP_PKEY> key;
};

Result<PublicKey, std::string> PublicKey::p256(std::string_view text) {
    Held<EVP_PKEY> key = text.size() <= key_text_limit ? key_of(text) : nullptr;
    ::ERR_clear_error();
    if (!key || !is_on_p256(key.get()))
        return failure(std::string("expected an elliptic public key on P-256, in PEM or base64"));
    return PublicKey(std::make_shared<const Handle>(std::move(key)));
}

Result<PublicKey, std::string> PublicKey::of_certificate(std::string_view pem, Time now) {
    const Held<X509> certificate(pem.size() <= key_text_limit
                                     ? ::PEM_read_bio_X509(reading(pem).get(), nullptr, no_password, nullptr)
                                     : nullptr);
    ::ERR_clear_error();
    if (!certificate) return failure(std::string("expected a certificate in PEM"));
    std::time_t at =
        std::chrono::system_clock::to_time_t(std::chrono::system_clock::time_point(now.time_since_epoch()));
    if (::X509_cmp_time(::X509_get0_notBefore(certificate.get()), &at) >= 0 ||
        ::X509_cmp_time(::X509_get0_notAfter(certificate.get()), &at) <= 0)
        return failure(std::string("the certificate is not valid at this time"));
    Held<EVP_PKEY> key(::X509_get_pubkey(certificate.get()));
    if (!key || ::EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA ||
        ::EVP_PKEY_get_bits(key.get()) < least_rsa_bits)
        return failure(std::string("expected the certificate of an RSA key of at least 2048 bits"));
    return PublicKey(std::make_shared<const Handle>(std::move(key)));
}

bool PublicKey::verifies(Hash hash, std::string_view octets, std::string_view signature) const {
    const Held<EVP_MD_CTX> context(::EVP_MD_CTX_new());
    const bool verified =
        context &&
        ::EVP_DigestVerifyInit(context.get(), nullptr, digest_of(hash), nullptr, handle_->key.get()) == 1 &&
        ::EVP_DigestVerify(context.get(), as_octets(signature), signature.size(), as_octets(octets),
                           octets.size()) == 1;
    ::ERR_clear_error();
    return verified;
}

}  // namespace paperround
