//! QUIC between nodes: who answers is who was dialled, and nobody else vouches for it.
//!
//! Both ends show a raw public key (RFC 7250): the 44 bytes of an Ed25519 key that their names are. No certificate, no authority,
//! no server name on the wire, no clock. A stranger is refused before a stream of its is opened.
//!
//! Limits: [`STREAMS`] streams of [`WINDOW`] bytes a connection; a connection that has heard nothing for [`IDLE`] ends. Nothing
//! is sent only to keep one alive, and no probes of larger packets.

use crate::failure::{Failure, Outcome};
use qres_core::trust::{Name, Secret};
use quinn::{
    ClientConfig, Connection, Endpoint, EndpointConfig, IdleTimeout, ServerConfig, TransportConfig, VarInt,
    crypto::rustls::{QuicClientConfig, QuicServerConfig},
};
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, PeerMisbehaved, SignatureScheme,
    client::{
        ResolvesClientCert,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls13_signature_with_raw_key},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime},
    server::{
        ClientHello, ResolvesServerCert,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
    sign::CertifiedKey,
};
use std::{
    net::{SocketAddr, UdpSocket},
    sync::Arc,
    time::Duration,
};

/// The protocol and its version, as TLS names it.
const PROTOCOL: &[u8] = b"qres/1";
/// Streams that a peer may have open.
const STREAMS: u32 = 4;
/// Bytes that may wait to be read in a stream.
const WINDOW: u32 = 64 << 10;
/// Silence after which a connection ends.
const IDLE: Duration = Duration::from_secs(3600);
/// Bytes to which QUIC fills up its first datagrams.
const FILLED: u64 = 1200;
/// Bounds of the round trip that is assumed at first.
const SHORTEST_ROUND: Duration = Duration::from_millis(150);
const LONGEST_ROUND: Duration = Duration::from_secs(1);
/// Connections that have not shown yet who they are.
const MAX_UNKNOWN: usize = 32;
/// Wire: what stands before the 32 bytes of a key.
const KEY_HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// What stands before the 32 bytes of a secret.
const SECRET_HEAD: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A socket on which a node dials and is dialled.
#[derive(Debug, Clone)]
pub(crate) struct Quic {
    endpoint: Endpoint,
    own: Arc<CertifiedKey>,
    provider: Arc<CryptoProvider>,
    transport: Arc<TransportConfig>,
}

impl Quic {
    /// Takes connections at `socket`; what has died of an earlier process with this key is told so by `secret`. Links carry
    /// `rate` bytes a second, if that is known.
    pub(crate) fn listen(secret: &Secret, socket: UdpSocket, rate: Option<u64>) -> Outcome<Self> {
        let provider = Arc::new(ring::default_provider());
        let own = Arc::new(own_key(secret, &provider)?);
        let transport = Arc::new(transport(rate)?);
        let verifier = Arc::new(Key { of: None, provider: Arc::clone(&provider) });
        let mut tls = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(fault)?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(Arc::new(Own(Arc::clone(&own))));
        tls.alpn_protocols = vec![PROTOCOL.to_vec()];
        tls.send_tls13_tickets = 0;
        let mut server = ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(tls).map_err(fault)?));
        server.transport_config(Arc::clone(&transport));
        server.max_incoming(MAX_UNKNOWN);
        server.incoming_buffer_size(u64::from(WINDOW));
        server.incoming_buffer_size_total(u64::from(WINDOW) * 4);
        let reset = secret.derive("qres 2026 stateless reset 1", &[]);
        let config = EndpointConfig::new(Arc::new(ResetKey(*blake3::hash(&*reset).as_bytes())));
        let runtime = Arc::new(quinn::TokioRuntime);
        let endpoint = Endpoint::new(config, Some(server), socket, runtime)
            .map_err(|error| Failure::io("cannot listen", error))?;
        Ok(Self { endpoint, own, provider, transport })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> Outcome<SocketAddr> {
        self.endpoint.local_addr().map_err(|error| Failure::io("cannot listen", error))
    }

    /// The next who knocks, once it has shown who it is; `None` when the socket is closed. Where many knock at once, each
    /// has to show first that it is where it says.
    pub(crate) async fn knock(&self) -> Option<quinn::Incoming> {
        loop {
            let incoming = self.endpoint.accept().await?;
            let is_crowded = self.endpoint.open_connections() > MAX_UNKNOWN / 2;
            if is_crowded && !incoming.remote_address_validated() {
                let _ = incoming.retry();
                continue;
            }
            return Some(incoming);
        }
    }

    /// Dials `name`; whoever answers is it.
    pub(crate) async fn dial(&self, name: Name, address: SocketAddr) -> Result<Connection, String> {
        let verifier = Arc::new(Key { of: Some(name), provider: Arc::clone(&self.provider) });
        let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| error.to_string())?;
        let mut tls = builder
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(Arc::new(Own(Arc::clone(&self.own))));
        tls.alpn_protocols = vec![PROTOCOL.to_vec()];
        tls.enable_sni = false;
        tls.resumption = rustls::client::Resumption::disabled();
        let crypto = QuicClientConfig::try_from(tls).map_err(|error| error.to_string())?;
        let mut client = ClientConfig::new(Arc::new(crypto));
        client.transport_config(Arc::clone(&self.transport));
        // A name is needed and not sent.
        let connecting =
            self.endpoint.connect_with(client, address, "qres").map_err(|error| error.to_string())?;
        connecting.await.map_err(|error| said(&error))
    }

    /// Closes all connections, and waits until the others have been told.
    pub(crate) async fn close(&self) {
        self.endpoint.close(VarInt::from_u32(0), b"done");
        let _ = tokio::time::timeout(Duration::from_secs(1), self.endpoint.wait_idle()).await;
    }
}

/// Who is at the other end of a connection.
pub(crate) fn name_of(connection: &Connection) -> Option<Name> {
    let shown = connection.peer_identity()?.downcast::<Vec<CertificateDer<'static>>>().ok()?;
    key_in(shown.first()?)
}

fn said(error: &quinn::ConnectionError) -> String {
    match error {
        quinn::ConnectionError::TimedOut => "no answer".into(),
        quinn::ConnectionError::TransportError(error) if error.code.to_string().contains("cryptographic") => {
            "who answers is somebody else, or does not take us".into()
        }
        other => other.to_string(),
    }
}

fn fault(error: impl std::fmt::Display) -> Failure {
    Failure::refused(format!("cannot begin to talk QUIC: {error}"), "check that the key is whole")
}

/// Returns the round trip to assume until one is measured: the time of the two first datagrams, which are filled up. QUIC sends
/// again after three of these, then six, then twelve; from its own 333 ms a wire that loses a fifth needs seconds to begin.
fn first_round(rate: Option<u64>) -> Duration {
    let took =
        rate.map_or(Duration::ZERO, |rate| Duration::from_micros(2 * FILLED * 1_000_000 / rate.max(1)));
    took.clamp(SHORTEST_ROUND, LONGEST_ROUND)
}

fn transport(rate: Option<u64>) -> Outcome<TransportConfig> {
    let mut transport = TransportConfig::default();
    let idle = IdleTimeout::try_from(IDLE).map_err(fault)?;
    transport
        .max_concurrent_bidi_streams(VarInt::from_u32(STREAMS))
        .max_concurrent_uni_streams(VarInt::from_u32(0))
        .stream_receive_window(VarInt::from_u32(WINDOW))
        .receive_window(VarInt::from_u32(WINDOW * STREAMS))
        .send_window(u64::from(WINDOW) * 4)
        .crypto_buffer_size(16 << 10)
        .datagram_receive_buffer_size(None)
        .datagram_send_buffer_size(0)
        .mtu_discovery_config(None)
        .initial_rtt(first_round(rate))
        .keep_alive_interval(None)
        .max_idle_timeout(Some(idle));
    Ok(transport)
}

/// Makes the tokens by which a peer learns that a connection has died with the process that had it.
struct ResetKey([u8; 32]);

impl quinn::crypto::HmacKey for ResetKey {
    fn sign(&self, data: &[u8], signature_out: &mut [u8]) {
        blake3::Hasher::new_keyed(&self.0).update(data).finalize_xof().fill(signature_out);
    }

    fn signature_len(&self) -> usize {
        32
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), quinn::crypto::CryptoError> {
        let tag = blake3::keyed_hash(&self.0, data);
        let signature: [u8; 32] = signature.try_into().map_err(|_| quinn::crypto::CryptoError)?;
        // Compared in constant time.
        if tag == signature { Ok(()) } else { Err(quinn::crypto::CryptoError) }
    }
}

fn own_key(secret: &Secret, provider: &CryptoProvider) -> Outcome<CertifiedKey> {
    let private = [&SECRET_HEAD[..], secret.bytes()].concat();
    let private = PrivateKeyDer::try_from(private).map_err(fault)?;
    let key = provider.key_provider.load_private_key(private).map_err(fault)?;
    let public = [&KEY_HEAD[..], &secret.identity().name().0].concat();
    Ok(CertifiedKey::new(vec![CertificateDer::from(public)], key))
}

fn key_in(shown: &CertificateDer<'_>) -> Option<Name> {
    let key = shown.strip_prefix(&KEY_HEAD)?;
    key.try_into().ok().map(Name)
}

/// Shows our key to whoever asks.
#[derive(Debug)]
struct Own(Arc<CertifiedKey>);

impl ResolvesServerCert for Own {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn only_raw_public_keys(&self) -> bool {
        true
    }
}

impl ResolvesClientCert for Own {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn only_raw_public_keys(&self) -> bool {
        true
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Takes the key of a name, or any key.
#[derive(Debug)]
struct Key {
    of: Option<Name>,
    provider: Arc<CryptoProvider>,
}

impl Key {
    fn check(&self, shown: &CertificateDer<'_>, more: &[CertificateDer<'_>]) -> Result<(), Error> {
        let name = key_in(shown).filter(|_| more.is_empty());
        let name = name.ok_or_else(|| Error::General("what was shown is no key".into()))?;
        match self.of {
            Some(wanted) if wanted != name => Err(Error::General(format!("the key of {name} was shown"))),
            _ => Ok(()),
        }
    }

    fn signed(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let key = SubjectPublicKeyInfoDer::from(key.as_ref());
        verify_tls13_signature_with_raw_key(
            message,
            &key,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }
}

/// An older TLS is never spoken.
fn outdated() -> Error {
    PeerMisbehaved::SelectedUnofferedKxGroup.into()
}

impl ServerCertVerifier for Key {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        more: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check(shown, more).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(outdated())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signed(message, key, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for Key {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        shown: &CertificateDer<'_>,
        more: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check(shown, more).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(outdated())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signed(message, key, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
