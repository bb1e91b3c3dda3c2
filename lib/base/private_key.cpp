#include "base/private_key.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdexcept>

namespace paperround {

namespace {

struct Free {
    void operator()(EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { ::EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { ::EVP_MD_CTX_free(context); }
    void operator()(BIO* bio) const { ::BIO_free(bio); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

void must(bool succeeded, std::string_view what) {
    if (!succeeded) throw std::runtime_error(fmt::format("OpenSSL could not {}", what));
}

const unsigned char* octets_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

// Makes a key with a passphrase fail instead of asking for one on the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

std::string content_of(BIO* bio) {
    char* data = nullptr;
    const long size = ::BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

struct PrivateKey::Handle {
    explicit Handle(EVP_PKEY* made) : key(made) {}
    Owned<EVP_PKEY> key;
};

Result<PrivateKey, PrivateKeyError> PrivateKey::from_pem(std::string_view pem) {
    using Code = PrivateKeyError::Code;
    const Owned<BIO> bio(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    must(bio != nullptr, "read from memory");
    auto handle =
        std::make_shared<const Handle>(::PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    EVP_PKEY* key = handle->key.get();
    if (key == nullptr) {
        return failure(PrivateKeyError{Code::not_a_key,
                                       "expected a private key in PEM format and without a passphrase"});
    }
    switch (::EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_ED25519:
            return PrivateKey(std::move(handle), Type::ed25519);
        case EVP_PKEY_RSA:
            if (::EVP_PKEY_get_bits(key) >= least_rsa_bits) return PrivateKey(std::move(handle), Type::rsa);
            return failure(PrivateKeyError{
                Code::too_weak, fmt::format("expected an RSA key of at least {} bits (better {}), got {}",
                                            least_rsa_bits, rsa_bits, ::EVP_PKEY_get_bits(key))});
        default:
            return failure(PrivateKeyError{Code::unsupported, "expected an RSA or an Ed25519 key"});
    }
}

PrivateKey PrivateKey::generate(Type type) {
    EVP_PKEY* key = type == Type::rsa ? ::EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{rsa_bits})
                                      : ::EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    must(key != nullptr, "generate a key");
    return {std::make_shared<const Handle>(key), type};
}

int PrivateKey::bits() const {
    return ::EVP_PKEY_get_bits(handle_->key.get());
}

std::string PrivateKey::public_key() const {
    EVP_PKEY* key = handle_->key.get();
    if (type_ == Type::ed25519) {
        std::size_t size = 32;
        std::string raw(size, '\0');
        must(::EVP_PKEY_get_raw_public_key(key, octets_of(raw), &size) > 0, "write a public key");
        return raw;
    }
    const Owned<BIO> bio(::BIO_new(::BIO_s_mem()));
    must(bio && ::i2d_PUBKEY_bio(bio.get(), key) > 0, "write a public key");
    return content_of(bio.get());
}

std::string PrivateKey::to_pem() const {
    const Owned<BIO> bio(::BIO_new(::BIO_s_mem()));
    must(bio && ::PEM_write_bio_PKCS8PrivateKey(bio.get(), handle_->key.get(), nullptr, nullptr, 0, nullptr,
                                                nullptr) > 0,
         "write a private key");
    return content_of(bio.get());
}

struct DigestSigner::Context {
    Owned<EVP_PKEY> key;
    Owned<EVP_PKEY_CTX> rsa;
    Owned<EVP_MD_CTX> ed25519;
};

DigestSigner::DigestSigner(const PrivateKey& key) : context_(std::make_unique<Context>()) {
    context_->key.reset(::EVP_PKEY_dup(key.handle_->key.get()));
    must(context_->key != nullptr, "copy a key");
    if (key.type() == PrivateKey::Type::ed25519) {
        context_->ed25519.reset(::EVP_MD_CTX_new());
        must(context_->ed25519 != nullptr, "prepare an Ed25519 signature");
        return;
    }
    context_->rsa.reset(::EVP_PKEY_CTX_new(context_->key.get(), nullptr));
    EVP_PKEY_CTX* rsa = context_->rsa.get();
    must(rsa != nullptr && ::EVP_PKEY_sign_init(rsa) > 0 &&
             ::EVP_PKEY_CTX_set_rsa_padding(rsa, RSA_PKCS1_PADDING) > 0 &&
             ::EVP_PKEY_CTX_set_signature_md(rsa, ::EVP_sha256()) > 0,
         "prepare an RSA signature");
}

DigestSigner::~DigestSigner() = default;
DigestSigner::DigestSigner(DigestSigner&&) noexcept = default;
DigestSigner& DigestSigner::operator=(DigestSigner&&) noexcept = default;

std::string DigestSigner::sign(std::string_view digest) {
    std::size_t size = static_cast<std::size_t>(::EVP_PKEY_get_size(context_->key.get()));
    std::string signature(size, '\0');
    if (context_->rsa) {
        must(::EVP_PKEY_sign(context_->rsa.get(), octets_of(signature), &size, octets_of(digest),
                             digest.size()) > 0,
             "make an RSA signature");
    } else {
        EVP_MD_CTX* ed25519 = context_->ed25519.get();
        must(::EVP_DigestSignInit(ed25519, nullptr, nullptr, nullptr, context_->key.get()) > 0 &&
                 ::EVP_DigestSign(ed25519, octets_of(signature), &size, octets_of(digest), digest.size()) > 0,
             "make an Ed25519 signature");
    }
    signature.resize(size);
    return signature;
}

std::string_view to_string(PrivateKey::Type type) {
    return type == PrivateKey::Type::rsa ? "rsa" : "ed25519";
}

}  // namespace paperround
