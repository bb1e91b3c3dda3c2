#include "refusal/reason_words.hpp"

#include <array>

namespace paperround::refusal {

namespace {

// Words that a server writes as one: names of its conditions, codes, addresses of pages.
constexpr std::string_view unknown_names = R"(
recipnotfound|recipientnotfound|recipient notfound|rcp-p1|int-p1|int-p3|int-p4|p=nosuchuser|000c05a6|
err_user_unknown|nosuchuser|badrcptto|)";

constexpr std::string_view host_names = R"(
nonexistentdomain|nullmx|null mx|dns.domaindoesnotexist|infodomainnonexistent|nosuchdomain|)";

constexpr std::string_view full_names = R"(
quotaexceeded|mapiexceptionshutoffquotaexceeded|err_over_quota|p=overquota|deliver.overquota|
storedrv.deliver; mailbox full|)";

constexpr std::string_view large_names = R"(
recipsizelimit|sendersizelimit|msg-p1|int-p2|)";

constexpr std::string_view choice_names = R"(
resolver.rst.|rcp-p2|rcp-p3|restrictedtorecipients|authenticatedforgroup|routing.rst.notauthorized|)";

constexpr std::string_view expired_names = R"(
queue.expired|)";

constexpr std::string_view inactive_names = R"(
rcp-t4|p=disableduser|accountdisabled|mailboxdisabled|)";

constexpr std::string_view blocked_names = R"(
:blocked)|spamhaus|spamcop|barracudacentral|sorbs.net|abuseat.org|dnsbl|uceprotect|/dnsbl|pol-p1|pol-p2|pol-p3|pol-p4|
dns-p1|dns-p2|dns-p3|senderscore|ers-dul|p=unsolicitedipnotinspf|proofpoint.com/dnsbl|invaluement|
postmaster.info.aol.com/errors/|tenantattribution|ipcheck.proofpoint|)";

constexpr std::string_view spam_names = R"(
p=unsolicitedmessageerror|uribl|surbl|spamexperts.com/spam|help_spam_16|)";

constexpr std::string_view loop_names = R"(
mxloopback|hopcount|err_too_many_hops|
but was not offered|)";

// Words of people's languages. The languages follow each other in this order: English, German, French, Spanish,
// Italian, Portuguese, Dutch, those of the North and East, Russian, Chinese, Japanese.
constexpr std::string_view choice_phrases = R"(
refused due to recipient preferences|only accepting mail from specific|has restricted sms|
blocked by the recipient|blocked by recipient|recipient has blocked|user reject|refuse to receive mail|
refuses to accept your mail|refused by the recipient|recipient refused|does not want mail from you|
not accept mail from you|members-only list|members only|only members|not a member|not member|
not subscribed to this group|closed mailing list|is not accepting mail with|recipient only accepts|
you are not allowed to post|permission to post|whitelist only|
you do not have permission to send to this recipient|isn't on the recipient's|sender not pre-approved|
desea recibir|ne souhaite pas recevoir|受信拒否|拒收|拒绝接收|拒絕|被收件人拒|収信拒否|受信を拒否|
delivery not authorized|)";

constexpr std::string_view full_phrases = R"(
mailbox full|mailbox is full|full mailbox|mailbox is currently full|inbox is full|mailbox over quota|
mailbox quota|mailbox exceed|mailbox has exceeded|mailbox exceeds|mailbox would exceed|mailbox size limit|
mailbox capacity|over quota|overquota|over-quota|over its quota|over their quota|over disk quota|over the quota|
over the allowed quota|exceeding their quota|exceeding its mailbox quota|quota violation|quota exceed|
exceeded quota|exceeds quota|exceed quota|exceeded its quota|exceeded his quota|exceeded their quota|
exceed the quota|exceeded the quota|exceeded mailbox quota|exceeds the quota|has exceeded quota|disk quota|
disc quota|userdisk quota|domaindisk quota|storage quota|mail quota|reached disk quota|quota reached|quota full|
out of quota|above quota|exceeded storage|exceeded the storage|over storage|storage limit|storage allocation|
storage space in|storage space and inbox is full|out of storage|maximum allowed storage|exceeded its disk space|
exceeded disk space|exceeded the maximum inbound|exceeds allowed size|exceeded allowed size|mailfolder is full|
folder is full|mail box full|mail box is full|does not have enough space|not enough space in|
no space left in mailbox|insufficient mailbox space|mailbox space|account is full|user is full|
recipient's mailbox is full|user full|account full|recipient storage full|recipient full|too much mail data|
too many messages on the server|exceeded the local limit|maximum number of messages in mailbox|
exceeding receiving limits|file size exceeds the maximum size allowed for mail delivery|maildir over|
postfach ist voll|postfach voll|postfach des empfängers ist voll|postfach ist überfüllt|postfach überfüllt|
speicherplatz|kontingent|postfachs ist erschöpft|boîte aux lettres pleine|boite aux lettres pleine|
boîte aux lettres est pleine|boite aux lettres est pleine|boite du destinataire pleine|
boîte du destinataire pleine|boite pleine|boîte pleine|boîte de réception est pleine|quota dépassé|
quota depasse|dépassement de quota|quota de la boite|buzón lleno|buzon lleno|buzón está lleno|buzon esta lleno|
buzón de correo está lleno|buzón del destinatario está lleno|cuota excedida|excedido su cuota|excedió su cuota|
ha superado la cuota|bandeja de entrada está llena|casella piena|casella di posta piena|casella è piena|
casella del destinatario è piena|casella postale piena|mailbox piena|quota superata|spazio esaurito|caixa cheia|
caixa postal cheia|caixa de correio cheia|caixa de correio está cheia|caixa de entrada está cheia|cota excedida|
quota excedida|mailbox zit vol|mailbox is vol|postvak is vol|postvak zit vol|skrzynka pełna|skrzynka jest pełna|
skrzynka odbiorcy jest pełna|przepełnion|przekroczona pojemność|переполнен|превышена квота|превышен объем|
превышен лимит размера ящика|ящик полон|inkorgen är full|brevlådan är full|postkassen er fuld|
postilaatikko on täynnä|schránka je plná|posta kutusu dolu|kotası dolu|a postafiók megtelt|邮箱已满|信箱已满|邮箱空间不足|
空间不足|容量已满|信箱已滿|邮箱容量|超过邮箱|空間不足|已超过配额|メールボックスがいっぱい|メールボックスが一杯|メールボックスの容量|容量を超え|容量オーバー|容量が一杯|容量がいっぱい|満杯|메일함|용량 초과|
ontvanger is vol|postbus is vol|postlåda är full|postlådan är full|indbakke er fuld|indbakken er fuld|postkasse er fuld|innboks er full|
innboksen er full|postboks er full|laatikko on täynnä|postafiókja megtelt|destinatário está cheia|destinataire est pleine|
destinatario está lleno|empfängers ist voll|empfängerpostfach ist voll|mailbox is over|mailbox space has been used up|user's space has been used up|)";

constexpr std::string_view moved_phrases = R"(
has been replaced by|user has moved|has moved to|has moved; please try|recipient has moved|address has changed|
mailbox has moved|please try <|no longer on this server|user not local; please try|user has moved to|
adresse wurde geändert|has left this address|new address is|address changed to|
recipient no longer on server|)";

constexpr std::string_view spam_phrases = R"(
is spam|as spam|spam detected|spam message|spam content|spam-like|spam score|spam check|spam filter|spam block|
spam reject|spam refused|spam not accepted|spam email|spam mail|be spam|no spam|spam or virus|spam/virus|(spam)|
- spam| spam points|spam probability|probability of spam|probability of being spam|probable spam|for spam|
suspected spam|possible spam|consider spam|considered spam|looks like spam|looked like spam|antispam|anti-spam|
anti spam|spamming|spambouncer|spamassassin|too much spam|due to spam|similar to spam|seems to be spam|
seems to be a spam|spam received|accept spam|spamprofiler|verdict: spam|the spam|contains spam|unsolicited|
bulk e-mail|bulk email|bulk mail|bulk.advertising|junk mail|junk email|blacklisted url|message content rejected|
content rejected|content filter|mail content denied|rejecting mail content|unacceptable content|banned content|
message filtered|recurrent pattern|message looks suspicious|reject, id=|high on spam scale|, ube,|
content blocked|blocked by our filter|ofr_506|gu_eib|ofr_550|malicious url|filtro anti|als spam|comme spam|
como spam|come spam|como correo no deseado|indesejado|spam erkannt|похоже на спам|как спам|спам|垃圾邮件|疑似垃圾|垃圾郵件|
迷惑メール|スパム|)";

constexpr std::string_view virus_phrases = R"(
infected|virus found|virus detected|contains a virus|contained a virus|a virus in|virus was found|trojan|)";

constexpr std::string_view content_phrases = R"(
virus|malware|illegal attachment|attachment type|executable attachment|executable file|banned attachment|
forbidden attachment|attachment not allowed|potentially dangerous|presents a potential|phishing|
multiple addresses in from|not rfc 5322|non-compliant with rfc|rfc 5322 compliant|duplicate header|
multiple from|header error|headers are not accepted|header are not accepted|improper use of 8-bit|
mime complexity|invalid mime|bare lf|bare newline|header size exceeds|improperly-formatted|base64 encoding|
message header size|conversion to internet format|content conversion|8bitmime|smtputf8|syntax - line too long|
line too long|headers not rfc|
eight bit|8-bit|8bit|non-ascii|)";

constexpr std::string_view large_phrases = R"(
message too large|message too big|message file too big|message size exceeds|message size exceeded|
message size limit|message is too large|message is larger|message larger than|message exceeds|message exceeded|
message exeeded|message length exceeds|maximum message size|max message size|maximum size the user accepts|
mail size limit|size limit exceeded|exceeds size limit|exceed size limit|exceeded size limit|exceeds fixed|
exceeds maximum|exceeds the maximum|exceeded maximum|exceeds limit|too large for|too big for|databytes limit|
size of the message|larger than the current system limit|maximum inbound message size|mail too big|
mail is too big|email too large|email is too large|e-mail is too large|message size too|size exceeds|zu groß|
zu gross|trop volumineux|taille du message|demasiado grande|troppo grande|muito grande|слишком большой|
размер письма|превышает максимальный|za duż|te groot|邮件太大|超过大小|邮件大小|サイズが大き|サイズ制限|サイズを超|)";

constexpr std::string_view rate_phrases = R"(
receiving mail at a rate|receiving mail too quickly|at too high a rate|too many connections|too many concurrent|
too many smtp sessions|too many sessions|connection limit|connection rate|rate limit|rate-limit|ratelimit|
throttl|max emails per hour|emails per hour|messages per hour|too many messages|too many recipients|
too many mails|too many emails|too many errors|too many unknown|too many invalid recipient|too many bad|
try again slower|unexpected volume|greylist|graylist|grey-list|grey listed|greylisting|sending limit|
exceeded the allowed number|exceeded its hourly|trop de connexions|unusual rate|sending quota|daily limit|
hourly limit|exceeded the limit of|发送频率|频率|连接数|過多|送信数|numerous attempts to deliver|
postgrey|)";

constexpr std::string_view host_phrases = R"(
domain name not found|host or domain name not found|host not found|host unknown|unknown host|host is unknown|
no such host|no such domain|domain does not exist|domain doesn't exist|domain doesnt exist|domain not found|
domain is not found|domain unknown|unknown domain|domain is unknown|domain not known|invalid domain name|
domain must exist|domain couldn't be found|domain could not be found|bad domain|
is a dead domain|domain is invalid|domain is not valid|illegal host|name or service not known|find any host|
find a mail exchanger|find a gateway for|no mx record|no valid mx|no mail exchanger|no mail server|
no mx or a record|no mx found|no a or mx|mx records point to non-existent|non-existent host|nonexistent domain|
non-existent domain|non existent domain|nxdomain|host address lookups failed permanently|
indicated no smtp service|does not accept mail (nullmx)|domain does not accept mail|host does not accept mail|
domain that does not accept mail|server returned answer with no data|destination computer could not be found|
unrouteable mail domain|unrouteable domain|unroutable domain|unresolvable domain|domain cannot be resolved|
cannot resolve the domain|couldn't resolve domain|invalid host|is not reachable via dns|
name server: .: host not found|destination domain is invalid|domain lookup fail|
mail domain mentioned in email address is unknown|no dns information|can't find host|can not find host|
cannot find host|because the domain|domain expired|
domain has expired|the account or domain may not exist|domain not exists|
host name lookup failure|domäne existiert nicht|domain existiert nicht|domain unbekannt|unbekannte domain|
domaine inconnu|domaine n'existe pas|nom de domaine n|hôte inconnu|dominio no existe|dominio desconocido|
dominio inexistente|dominio non esiste|dominio sconosciuto|domínio não existe|domínio inexistente|
домен не существует|домен не найден|домена не существует|нет такого домена|域名不存在|域名错误|无法解析域名|域名|ドメインが見つかりません|
ドメインが存在しません|ホストが見つかりません|存在しないドメイン|
dominio inesistente|host inesistente|host sconosciuto|domein bestaat niet|onbekend domein|domænet findes ikke|domenet finnes ikke|domänen finns inte|
verkkotunnusta ei|domena nie istnieje|doména neexistuje|domain no longer exists|domain has been deleted|domain is no longer|)";

constexpr std::string_view unknown_user_phrases = R"(
user unknown|unknown user|unknown or invalid user|user not known|user is unknown|user not found|
user was not found|user could not be found|user couldn't be found|user cannot be found|user does not exist|
user doesn't exist|user not exist|user dont exist|user don't exist|users does not exist|no such user|
no such local user|not a known user|not a valid user|not a local user|invalid user|illegal user|
non-existent user|nonexistent user|non existent user|bad user|no user by that name|no user named|
there is no user|no matching user|user unkown|unknown username|no users here by that name|unable to find user|
user missing home|user does not have an|nosuchuser|unknown recipient|recipient unknown|recipient is unknown|
recipient not known|recipient not found|recipient was not found|recipient wasn't found|
recipient could not be found|recipient does not exist|recipient doesn't exist|recipient not exist|
no such recipient|invalid recipient|recipient is invalid|recipient invalid|bad recipient|not a valid recipient|
recipient is not local|recipient not ok|recipient no longer|recipient name is not recognized|
recipient not recognized|recipient email address is invalid|recipient address does not exist|
recipient address is invalid|invalid-recipient|no valid recipient|unknown virtual|in virtual mailbox table|
in virtual alias table|in local recipient table|in relay recipient table|envelope recipient has been denied|
is in my badrcptto|not in my validrcptto|in my badrecipientto|recipients are unknown|recipient is not accepted|
destination addresses were unknown|following addresses were unknown|recipient address unknown|
undeliverable address: recipient|no such mailbox|mailbox not found|mailbox does not exist|mailbox doesn't exist|
mailbox not exist|mailbox unknown|unknown mailbox|mailbox invalid|mailbox is invalid|invalid mailbox|
mailbox not present|no mailbox|no mail box|not a valid mailbox|mailbox cannot be found|mailbox name not allowed|
no such mail drop|mailbox could not be found|non-existent mailbox|no mailbox here by that name|no such address|
address unknown|unknown address|address is unknown|address not found|address couldn't be found|
address could not be found|address wasn't found|address was not found|address does not exist|
address doesn't exist|address not exist|address not present|address not known|address invalid|invalid address|
address is invalid|address is not valid|address is wrong|bad address|bad destination mailbox|
bad destination email|bad destination address|not an active address|unrouteable address|unroutable address|
undeliverable address|address no longer|no longer valid|not a local address|unknown e-mail|unknown email|
unknown local|unknown local-part|not email address|email address could not be found|
there is no one at this address|non-existent address|nonexistent address|wrong e-mail address|
address you entered couldn't be found|address not listed|address not recognized|address error|no such account|
account not found|unknown account|account does not exist|account doesn't exist|
account that you tried to reach does not exist|not have an account here|no account by that name|
account is unknown|account unavailable|account not available|invalid account|no such person|no such name|
no such employee|no such customer|not our customer|not a customer|no such id|unknown to us|not listed in|
not found in domino directory|in name directory|name & address book|not found in directory|not in directory|
ldap lookup failed for|name is not found|is not known here|is not known at|does not exist here|
does not exist at|is not recognized|unknown at this|isn't a user|mail for this user is not|not a gateway user|
no longer available|no longer here|no longer with|no longer works|no longer employed|no longer accepts mail|
no longer exists|destination server rejected recipients|can't accept user|
this spectator does not exist|invalid final delivery userid|there is no such|spam trap no such|
recipient address rejected: access denied|recipient address rejected: invalid|who are you looking for|
not a valid address|mail-box unknown|no valid recipients for this mm|recipients was undeliverable|he/she is not|
rcpt to: unknown|user's email name is not found|aliases unknown|no alias|empfänger unbekannt|
unbekannter empfänger|empfaenger unbekannt|empfänger nicht gefunden|empfänger existiert nicht|
benutzer unbekannt|unbekannter benutzer|benutzer nicht gefunden|adresse unbekannt|unbekannte adresse|
adresse existiert nicht|adresse gibt es nicht|adresse ist ungültig|ungültige adresse|adresse nicht gefunden|
adresse wurde nicht gefunden|adresse konnte nicht gefunden|postfach existiert nicht|postfach nicht gefunden|
postfach unbekannt|existiert nicht|konto existiert nicht|nicht bekannt|nicht vorhanden|utilisateur inconnu|
destinataire inconnu|destinataire invalide|destinataire introuvable|adresse inconnue|
adresse d au moins un destinataire invalide|adresse invalide|adresse introuvable|adresse n'existe pas|
n'existe pas|boîte inexistante|introuvable|n'a pas été trouvé|n'est pas connu|usuario desconocido|
destinatario desconocido|usuario no existe|usuario inexistente|no existe el usuario|no existe ese usuario|
no existe dicha persona|no existe|dirección desconocida|dirección no válida|no se ha encontrado|no se encontró|
no se pudo encontrar|no encontrado|destinatario no válido|cuenta inexistente|utente sconosciuto|
destinatario sconosciuto|utente inesistente|indirizzo inesistente|indirizzo sconosciuto|indirizzo non valido|
casella inesistente|non esiste|non è stato trovato|impossibile trovare|nessun utente simile|inesistente|
non trovato|usuário desconhecido|usuario desconhecido|destinatário desconhecido|usuário inexistente|
usuário não encontrado|não existe|nao existe|não foi encontrado|não encontrado|endereço inválido|
conta inexistente|bestaat niet|onbekende gebruiker|gebruiker onbekend|niet gevonden|finns inte|hittades inte|
findes ikke|finnes ikke|ei ole olemassa|ei löydy|nie istnieje|nie znaleziono|nie ma takiego|neexistuje|
nem létezik|bulunamadı|mevcut değil|δεν υπάρχει|не существует|не найден|нет такого|такого пользователя нет|
недействительн|несуществующ|не зарегистрирован|не існує|用户不存在|收件人不存在|账号不存在|帐号不存在|帳號不存在|地址不存在|邮箱不存在|信箱不存在|不存在|
无此用户|沒有此|没有这个用户|找不到|查无此|查無此|无效的收件人|地址错误|無此|존재하지 않|없는 사용자|ユーザーが見つかりません|ユーザが見つかりません|ユーザー不明|ユーザ不明|宛先不明|宛先が見つかりません|
見つかりません|見つかりませんでした|存在しません|存在しない|リストにありません|アドレスが間違|アドレスが正しく|該当するユーザ|あて先に指定された|ist unbekannt|est inconnu|
es desconocido|è sconosciuto|is onbekend|är okänd|er ukendt|jest nieznany|неизвестный пользователь|
неизвестный получатель|пользователь неизвестен|adressat unbekannt|
wasn't found at|couldn't be found at|was not found at|
recipient addresses rejected|marked as invalid|incorrectly constructed|domain missing or malformed|malformed address|
addresses are invalid|address is no longer|addresses were invalid|addresses are unknown|)";

constexpr std::string_view inactive_phrases = R"(
mailbox disabled|mailbox is disabled|mailbox currently disabled|mailbox is inactive|mailbox inactive|
mailbox is locked|mailbox locked|mailbox is frozen|mailbox frozen|mailbox suspended|mailbox is suspended|
mailbox currently suspended|mailbox has been suspended|mailbox has been disabled|mailbox has been blocked|
mailbox is blocked|mailbox closed|mailbox is closed|deactivated mailbox|disabled mailbox|inactive mailbox|
mailbox expired|account disabled|account is disabled|account has been disabled|
account that you tried to reach is disabled|account that you tried to reach is inactive|account is inactive|
account inactive|account expired|account has expired|account is locked|account locked|account closed|
account is closed|account has been closed|account suspended|account is suspended|account is currently suspended|
account has been suspended|account is temporarily limited|account deactivated|account is deactivated|
account has been deactivated|account terminated|account deleted|account cancelled|account canceled|
account is no longer active|account not active|account is not active|account is blocked|
disabled or discontinued|extended inactivity|due to inactivity|inactive user|inactive recipient|
invalid/inactive|marked as inactive|user disabled|user is disabled|user suspended|user is suspended|
user is inactive|user inactive|user not active|user is locked|user locked|user account is disabled|
user deactivated|user is terminated|user has been disabled|user account has expired|user account is expired|
recipient suspend|recipient is suspended|recipient disabled|recipient is disabled|recipient is inactive|
temporarily inactive|recipient inactive|address disabled|address is disabled|address is inactive|
address has been disabled|address deactivated|address is deactivated|administratively disabled|
administratievely disabled|administrativley disabled|administrativly disabled|is currently suspended|
temporary locked|destination mailbox disabled|not accepting any mail|has been abandoned|dormant|
does not receive mail|doesn't receive mail|not been activated|mailbox temporarily disabled|
recipient's account is|boite du destinataire archivee|boîte du destinataire archivée|compte désactivé|
compte desactive|boîte désactivée|cuenta desactivada|cuenta deshabilitada|cuenta suspendida|cuenta inactiva|
casella disabilitata|casella disattivata|account disabilitato|casella sospesa|conta desativada|conta suspensa|
conta inativa|konto deaktiviert|konto gesperrt|postfach deaktiviert|postfach gesperrt|postfach ist gesperrt|
deaktiviert|ящик заблокирован|отключен|неактивен|деактивирован|konto zostało zablokowane|已停用|已被停用|已禁用|被禁用|已冻结|
已被冻结|冻结|已注销|已锁定|停止されています|利用停止|解約|無効になって|mailbox is not accepting|user is not accepting|mailbox not accepting|)";

constexpr std::string_view blocked_phrases = R"(
blocked using|blacklist|black list|block list|blocklist|blocked list|blocked by our|banned sending|is blocked|
been blocked|blocked for abuse|poor reputation|low reputation|bad reputation|reputation problem|
reputation score|due to reputation|ip reputation|domain reputation|email reputation|poor email|listed at|
listed in|listed by|listed on| rbl |ptr record|reverse dns|rdns|reverse lookup|hostname|dynamic ip|generic dns|
open relay|open proxy|dmarc|dkim| spf|sender policy framework|not authenticated|unauthenticated|
authentication required|authentication is required|requires authentication|authentification requise|
must authenticate|authentication failed|don't authenticate|authenticate or|batv|backscatter|helo |ehlo |
purported responsible|not currently accepting mail from your ip|mail from your ip|your ip|ip address|
ip name lookup|not accept mail from|do not accept messages from|not accepted from|no access from|your network|
your server|your mail server|your host|your remotehost|go away|client host|my name was rejected|
insecure mail relay|relay access denied|relaying denied|relay denied|unable to relay|not permitted to relay|
relaying not|relay not|relaying is|relaying prohibited|relaying through|relay through|relay for|
allowed rcpthosts|allowed rcpthost|mailserver is not authorized|not authorized to send|not allowed to send mail|
currently sending spam|you are sending spam|user complaints|policy|policies|prohibited|organizational settings|
guidelines|protocol violation|captcha|mass mailer|starttls|must issue a starttls|tls required|security|
low priority|administrative prohibition|administratively prohibited|stratégie|política|richtlinie|gesperrt|
politique|politica|запрещен|политик|策略|黑名单|被拦截|拦截|ポリシー|
banned send|a problem occurred. (ask|)";

constexpr std::string_view sender_phrases = R"(
sender was rejected|sender rejected|sender address rejected|sender verify failed|invalid sender|
domain of sender|bogus mail from|null sender|empty envelope sender|mail from not owned|sender domain|
sender denied|sender is not|unroutable sender|empty email address|third-party dsn|returned mail not accepted|
emetteur invalide|sender email address|email address is not verified|sender address|valid from|unsigned dsn|
sender is spammer|)";

constexpr std::string_view system_trouble_phrases = R"(
system full|no space left|insufficient system|insufficient disk|free space|disk full|out of disk|
file system full|local configuration error|configuration error|config error|misconfigur|internal error|
internal server error|internal software error|system error|system config|queue file write error|local error|
temporary local problem|local problem|temporary system|server error|service unavailable|
service currently unavailable|service temporarily|service not available|mailer error|command died|
command failed|command output|pipe to ||exit status|exited with|procmail|maildrop|can't create user output|
cannot create user output|can't create output|error writing|error in processing|encountered an error while|
local delivery failed|delivery to file forbidden|delivery to pipe forbidden|ldap server|ldap attribute|
internal resource|temporarily unavailable|homedir creat|qmail-forward|bad interpreter|permission denied|unable to open|interrupted system call|
message store|database|unexpected condition|resources temporarily|resources are temporarily|insufficient resources|out of memory|
cannot allocate|no mdb|several matches found|ambiguous|could not load drd|system load|too busy|server busy|
overloaded|lmtp error|interner fehler|erreur interne|error interno|errore interno|erro interno|
внутренняя ошибка|系统错误|系统繁忙|システムエラー|)";

constexpr std::string_view net_phrases = R"(
too many hops|hop count|mail loop|routing loop|forwarding loop|message looping|loops back to|loop detected|
mail loops|delivered-to loop|received headers|received: headers|"received" headers|best-preference mx|
loop was found|loop broken|connection timed out|connect timeout|connection timeout|operation timed out|
conversation with|timed out while|timeout while|timed out|timeout|connection refused|connection reset|
connection lost|lost connection|connection dropped|connection was dropped|connection closed|connection failed|
connection failure|connection error|connection died|closed connection|could not connect|couldn't connect|
cannot connect|can't connect|unable to connect|failed to connect|not connect to|
did not accept our requests to connect|establish an smtp connection|no smtp connection got far enough|
no route to host|network is unreachable|network unreachable|network error|network problem|host is unreachable|
host unreachable|host not reachable|host is not reachable|domain is not reachable|unreachable|
server did not respond|did not respond|not responding|no answer from|no response from|host not found|
host or domain name not found|name server|nameserver|name service error|dns error|dns lookup|dns failure|
dns server|dns query|lookup failure|could not contact dns|host lookup did not complete|host lookup|
bad connection|broken pipe|premature close|unexpected close|tls negotiation|tls handshake|cannot start tls|
certificate|greeting failed|failed after i sent|connection attempt|socket|no host found for existing|
keine verbindung|verbindung|zeitüberschreitung|nicht erreichbar|connexion|délai d'attente|conexión|
tiempo de espera|connessione|tempo scaduto|conexão|соединени|не отвечает|тайм-аут|połączeni|连接超时|无法连接|连接失败|連線|
接続でき|接続に失敗|タイムアウト|応答がありません|)";

constexpr std::string_view expired_phrases = R"(
retry timeout exceeded|delivery time expired|message expired|message timed out|expired after|
in the queue too long|in queue too long|queue too long|queued too long|too long in the queue|
long failure period|failing for a long time|has been frozen|was frozen on arrival|forced freeze|
allowed queue period|within the allowed|not delivered within|not been delivered after|not been collected after|
giving up after|max retries|maximum retries|retry limit|delivery failed attempts|time limit|
timeout exceeded|lifetime|expired|too old|ttl exceeded|days without|
abgelaufen|expiré|caducado|scaduto|expirou|истек|超时|期限切れ|有効期限|
attempts: |)";

constexpr std::string_view vague_user_phrases = R"(
does not like recipient|mailbox unavailable|mailbox unavaiable|mailbox is unavailable|recipient address rejected|recipient rejected|
rejected recipient|rejected address|address rejected|address refused|recipient not accepted|user not accepted|
no valid recipients|cannot route mail to user|was rejected by a remote|not reach the following recipient|)";

constexpr std::string_view refused_phrases = R"(
access denied|not authorized|not allowed|not permitted|permission|rejected|refused|denied|refuse|reject|blocked|
transaction failed|not accept|unacceptable|abgelehnt|verweigert|zurückgewiesen|refusé|rejeté|rejete|rechazado|
rifiutat|respint|recusad|rejeitad|отклонен|отказ|odrzucon|geweigerd|拒绝|被拒|退回|拒否|)";

constexpr std::array table{
    ReasonPhrases{Reason::mailbox_full, true, true, full_names},
    ReasonPhrases{Reason::too_large, true, true, large_names},
    ReasonPhrases{Reason::inactive, true, true, inactive_names},
    ReasonPhrases{Reason::host_unknown, true, true, host_names},
    ReasonPhrases{Reason::user_unknown, true, true, unknown_names},
    ReasonPhrases{Reason::network, true, true, loop_names},
    ReasonPhrases{Reason::expired, true, true, expired_names},
    ReasonPhrases{Reason::rejected, true, true, choice_names},
    ReasonPhrases{Reason::mailbox_full, true, false, full_phrases},
    ReasonPhrases{Reason::has_moved, true, false, moved_phrases},
    ReasonPhrases{Reason::rejected, true, false, choice_phrases},
    ReasonPhrases{Reason::spam, true, true, spam_names},
    ReasonPhrases{Reason::policy, true, true, blocked_names},
    ReasonPhrases{Reason::inactive, true, false, inactive_phrases},
    ReasonPhrases{Reason::too_large, true, false, large_phrases},
    ReasonPhrases{Reason::rejected, true, false, sender_phrases},
    ReasonPhrases{Reason::content, true, false, virus_phrases},
    ReasonPhrases{Reason::spam, true, false, spam_phrases},
    ReasonPhrases{Reason::host_unknown, true, false, host_phrases},
    ReasonPhrases{Reason::rate, true, false, rate_phrases},
    ReasonPhrases{Reason::user_unknown, true, false, unknown_user_phrases},
    ReasonPhrases{Reason::content, true, false, content_phrases},
    ReasonPhrases{Reason::policy, true, false, blocked_phrases},
    ReasonPhrases{Reason::expired, true, false, expired_phrases},
    ReasonPhrases{Reason::network, true, false, net_phrases},
    ReasonPhrases{Reason::system, true, false, system_trouble_phrases},
    ReasonPhrases{Reason::user_unknown, false, false, vague_user_phrases},
    ReasonPhrases{Reason::rejected, false, false, refused_phrases},
};

}  // namespace

std::span<const ReasonPhrases> reason_phrases() {
    return table;
}

}  // namespace paperround::refusal
