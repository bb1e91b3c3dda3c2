#include "bounce/mail_words.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "refusal/phrases.hpp"

namespace paperround::bounce {

namespace {

using refusal::begins_with_phrase;
using refusal::has_any_phrase;
using refusal::is_phrase;

constexpr std::string_view failure_subjects = R"(
undeliver|delivery fail|delivery has failed|delivery failed|failure notice|failed delivery|failed: |returned mail|
return receipt failed|returned to sender|returning message|mail delivery|mail failure|mail failed|mail error|
mail system error|mail could not be delivered|message could not be delivered|could not be delivered|
couldn't be delivered|can not be delivered|cannot be delivered|can't be delivered|not delivered|nondeliver|
non-deliver|non deliver|undelivrable|delivery status|delivery notification|delivery report|delivery problem|
delivery error|delivery not|delivery incomplete|unable to deliver|unable to send|bounce|message status|
rejected mail|mail rejected|message rejected|rejected message|error sending|message error|smtp error|
mail returned|message returned|e-mail returned|unzustellbar|nicht zugestellt|nicht zustellbar|konnte nicht zugestellt|
zustellung fehlgeschlagen|zustellfehler|zustellungsfehler|zustellung nicht|fehlgeschlagene|fehler bei der zustellung|
übermittlungsfehler|nachricht nicht|non remis|non distribu|échec de|echec de|échec d|remise impossible|
n'a pas pu être|non délivr|message non|no se puede entregar|no se pudo entregar|no entregado|no entregable|
no se ha podido|error de entrega|fallo de entrega|fallo en la entrega|mensaje devuelto|devuelto|mensaje no|
non recapitabile|mancato recapito|mancata consegna|non consegnat|errore di consegna|impossibile recapitare|
avviso di mancata|não entregue|nao entregue|não foi possível entregar|falha na entrega|falha de entrega|
não pôde ser entregue|erro na entrega|mensagem devolvida|onbestelbaar|niet bezorgd|niet afgeleverd|kan niet worden|
gick inte att leverera|kan inte levereras|kan ikke leveres|kan ikke levere|levering mislykkedes|levering mislyktes|ei voida toimittaa|
mislukt|kunde inte levereras|inte levererat|olevererat|oleverbart|kunne ikke leveres|ikke levert|ikke leveret|
uleverbar|toimitus epäonnistui|ei voitu toimittaa|niedostarcz|nie można dostarczyć|nie dostarczono|
zwrot wiadomości|nedoručiteln|nedoručen|kézbesíthetetlen|kézbesítési|teslim edilemedi|teslim edilemeyen|
недостав|не доставлен|не может быть доставлен|ошибка доставки|невозможно доставить|сбой доставки|не доставл|
退信|退回|无法投递|投递失败|發送失敗|发送失败|无法送达|未送达|配信不能|送信できません|送信エラー|配信エラー|
配信失敗|配信できません|未配信|エラーメール|届けられませんでした|반송|전송 실패|배달 실패|)";

constexpr std::string_view sure_failure_subjects = R"(
undeliver|delivery fail|delivery has failed|delivery status notification|failure notice|returned mail|mail delivery fail|
mail system error|mail could not be delivered|message could not be delivered|sorry, your message could not|nondeliver|
non-deliver|undelivrable|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|non remis|échec de remise|
no se puede entregar|no se pudo entregar|mancato recapito|mancata consegna|não entregue|onbestelbaar|
недоставлен|不能送|退信|系统退信|配信不能|)";

constexpr std::string_view delay_subjects = R"(
delayed|delay)|(delay|(warning)|warning: message|warning: could not send message for past|still undelivered|
still being retried|not yet delivered|temporarily undeliverable|temporary delivery|transient|delivery delay|
delivery is delayed|has been delayed|verzögert|verzögerung|retard de|retardé|retardee|retardado|retraso|demora|
ritardo|ritardato|atrasad|atraso|vertraag|vertraging|försenad|försenat|forsinket|viivästy|opóźni|zpožděn|
задерж|отложен|延迟|遅延|遅れ|)";

constexpr std::string_view system_names = R"(
mail delivery|mail deliver |delivery subsystem|delivery system|mailer-daemon|mailer daemon|mail daemon|mail administrator|
postmaster|post master|system administrator|mail system|mailsystem|microsoft outlook|microsoft exchange|internet mail delivery|
mail server|delivery service|delivery agent|delivery notification|delivery failure|e-mail system|email system|
mdaemon|mail transport|mail transfer|smtp server|mail router|message transfer|systemadministrator|administrateur système|
administrador del sistema|administrator systemu|系统管理员|邮件系统|postmaster@|mail gateway|undelivered|bounce|)";

constexpr std::string_view undelivered = R"(
not be delivered|n't be delivered|not delivered|n't delivered|not been delivered|not get delivered|undeliverable|undelivered|
undeliverable|failed to deliver|unable to deliver|not able to deliver|not deliver|n't deliver|delivery failed|delivery failure|
delivery has failed|delivery to the following|delivery error|failed permanently|failed to reach|did not reach|
didn't reach|not reach the following|address failed|addresses failed|address(es) failed|failed address|failed recipient|
permanent error|permanent failure|permanent fatal|fatal error|had delivery errors|had delivery problems|delivery problem|
could not be sent|couldn't be sent|cannot be sent|could not send|unable to send|not be sent|was returned|is returned|
returned to you|mail is being returned|message is being returned|bounced|rejected|user unknown|unknown user|
mailbox full|mailbox is full|no such user|transcript of session|returned mail|delivery status notification|
non-delivery|nondelivery|error message below|not accept|problem with delivery|problems with delivery|does not exist|
nicht zugestellt|nicht zustellbar|unzustellbar|konnte nicht|nicht ausgeliefert|fehlgeschlagen|zustellung|
n'a pas pu|n'a pas été|n'ont pas pu|impossible de remettre|non remis|non distribu|échec|echec|erreur|
no se pudo|no se puede|no ha podido|no pudo ser|no se ha podido|no fue entregado|no ha sido|non è stato|non e' stato|
impossibile|non consegnat|mancata|recapit|não foi|não pôde|nao foi|nao pode|não pode|falha|niet worden|niet bezorgd|
misslyckades|mislykkedes|mislyktes|gick inte att|kan ikke leveres|kan inte levereras|ikke levert|ikke leveret|epäonnistui|ei voida toimittaa|
niet afgeleverd|kunde inte|kunne ikke|ei voitu|nie mogła|nie można|nie może|nie został|nebylo možn|nem lehetett|
teslim edilem|не может быть|не удалось|не доставлен|невозможно|не было доставлен|не была доставлен|
无法|退回|退信|失败|不存在|沒有|未能|できません|できなかった|送信に失敗|失敗しました|届きません|配信|返送|)";

constexpr std::string_view delayed = R"(
has not yet been delivered|not yet been delivered|not been delivered yet|have not yet|has been delayed|is delayed|
was delayed|been postponed|warning message only|this is a warning|just a warning|only a warning|advisory-only|
do not need to resend|do not need to re-send|don't need to resend|no need to resend|not need to take any action|
no action is required|will be retried|will retry|will keep trying|will continue to try|will try again|
will be tried again|will be attempted|continue to be made|continue trying|continues to try|attempts will continue|
still being|still trying|still undelivered|temporarily deferred|temporary failure|temporary problem|
temporarily undeliverable|is still in the queue|delivery delay|transient non-fatal|message will be kept|
message has been queued|queued for later|is queued|next attempt|wird weiter versucht|weiterhin versucht|
weitere zustellversuche|erneut versucht|verzögert|sera réessay|nouvelle tentative|retardé|se volverá a intentar|
se intentará|seguirá intentando|retrasad|verrà ritentat|nuovi tentativi|ritardat|tentaremos|nova tentativa|atrasad|
opnieuw geprobeerd|vertraagd|попытки доставки|будет повтор|задерж|ponowne prób|ponawia|ponowi prób|再次尝试|重试|延迟|再送|遅延|)";

constexpr std::string_view given_up = R"(
giving up|given up|gave up|permanent|not be retried|not going to try again|no further|has failed|
will not be attempted|will be returned|is being returned|bounced|could not be delivered|couldn't be delivered|failed permanently|)";

constexpr std::string_view autoreply_subjects = R"(
out of office|out of the office|out-of-office|outofoffice|ooo:|ooo |automatic reply|automatic response|auto reply|
auto-reply|autoreply|auto response|auto-response|autoresponse|autoresponder|auto responder|automated reply|automated response|
auto:|(auto)|[auto]|vacation|on holiday|annual leave|on leave|away from|i am away|i'm away|absence|absent|parental leave|maternity leave|
no longer with|no longer works|left the company|thank you for your message|thank you for your email|thank you for contacting|
thanks for your email|thanks for contacting|we have received your|we've received your|we received your|
your message has been received|your email has been received|request received|ticket received|ticket #|[ticket|case #|
acknowledgement|acknowledgment|confirmation of receipt|abwesenheit|abwesend|nicht im büro|nicht im haus|
außer haus|ausser haus|automatische antwort|automatische rückantwort|autom. antwort|urlaub|eingangsbestätigung|
empfangsbestätigung|ihre anfrage|ihre nachricht|vielen dank für ihre|réponse automatique|reponse automatique|
absence du bureau|absente|en congé|en vacances|message d'absence|accusé de réception|
respuesta automática|respuesta automatica|fuera de la oficina|fuera de oficina|ausente|ausencia|de vacaciones|
respuesta de ausencia|acuse de recibo|risposta automatica|fuori sede|fuori ufficio|assenza|assente|in ferie|
resposta automática|resposta automatica|fora do escritório|ausência|de férias|afwezig|automatisch antwoord|
niet aanwezig|buiten kantoor|met vakantie|autosvar|automatiskt svar|frånvaro|frånvarande|semester|automatisk svar|
ikke på kontoret|ikke til stede|fravær|ferie|automaattinen|poissa|lomalla|autom. vastaus|poissaolo|
autoodpowied|automatyczna odpowied|odpowiedź automatyczna|nieobecn|poza biurem|urlop|automatická odpov|mimo kancelář|
nepřítomn|dovolen|automatikus válasz|házon kívül|szabadság|otomatik yanıt|ofis dışında|izinde|
автоответ|автоматическ|нет на месте|в отпуске|отсутств|вне офиса|нет в офисе|自动回复|自動回覆|自动答复|
外出|休假|不在办公室|自動応答|自動返信|不在|休暇|お休み|자동 회신|자동응답|부재|
αυτόματη απάντηση|εκτός γραφείου|răspuns automat|תשובה אוטומטית|מענה אוטומטי|
автоматична відповідь|автовідповідь|автоматичен отговор|автоматски одговор|аутоматски одговор|automatski odgovor|samodejni odgovor|
automaatvastus|automātiska atbilde|automatinis atsakymas|resposta automàtica|sjálfvirkt svar|trả lời tự động|balasan otomatis|
رد تلقائي|الرد التلقائي|پاسخ خودکار|ตอบกลับอัตโนมัติ|स्वचालित उत्तर|)";

constexpr std::string_view absent = R"(
i am out of|i'm out of|i will be out of|i'll be out of|i am currently out|i'm currently out|i am away|i'm away|
i will be away|am currently away|i am on holiday|i'm on holiday|i am on vacation|i'm on vacation|on annual leave|
i am on leave|i'm on leave|on maternity leave|on parental leave|i am currently on|i'm currently on|
out of the office until|out of office until|out of the office from|i will respond to your|i will reply to your|
i will return on|limited access to email|limited access to my email|no access to email|
this is an automated|this is an automatic|this is an auto|automated response|automatic reply|automatically generated reply|
automatic response|do not reply to this|no longer works|no longer work for|no longer work at|no longer with the company|
no longer employed|has left the company|have left the company|we have received your|we've received your|your ticket|
ticket number|your request has been|thank you for contacting|thank you for your email|
ich bin derzeit nicht|ich bin zur zeit nicht|ich bin zurzeit nicht|ich bin bis|ich bin vom|ich bin ab|ich bin im urlaub|
ich befinde mich|bin ich nicht|nicht im büro|nicht im haus|außer haus|im urlaub|nicht erreichbar|abwesend|
wird nicht weitergeleitet|nicht mehr in unserem|nicht mehr für|automatisch generierte|je suis absent|je suis actuellement|
je serai absent|je suis en|en congés|en congé|de retour le|absente du|absent du|ne suis pas au bureau|
réponse automatique|estoy fuera|estaré fuera|estoy de vacaciones|me encuentro fuera|no estaré|fuera de la oficina|
respuesta automática|sono assente|sarò assente|sono fuori|in ferie|fuori ufficio|risposta automatica|estou fora|
estarei ausente|estou ausente|estou de férias|fora do escritório|resposta automática|ik ben afwezig|ik ben momenteel|
ik ben niet|met vakantie|niet op kantoor|automatisch antwoord|jag är på|jag är borta|jag är inte|på semester|
tillbaka den|jeg er på|jeg er ikke|på ferie|ikke på kontoret|tilbage den|tilbake|olen lomalla|olen poissa|en ole|
jestem nieobecn|jestem na urlopie|na urlopie|poza biurem|będę nieobecn|jsem mimo|jsem na dovolené|nejsem|
szabadságon|nem vagyok|izindeyim|ofis dışındayım|в отпуске|не на работе|нет в офисе|вне офиса|отсутствую|
автоматический ответ|正在休假|不在办公室|外出|休假中|自动回复|休暇|不在にして|外出して|自動返信|自動応答|)";

constexpr std::string_view challenges = R"(
confirm that you are a human|confirm you are a human|confirm that you are human|confirm you are human|prove that you are human|
prove you are human|you are a real person|you're a real person|you are not a spammer|you are a human|you are human|
confirm that you are a person|confirm you are a person|you are a real human|prove that you are a person|to get on the guest list|
echter mensch|echte person sind|personne réelle|persona reale|persona real|pessoa real|een echt persoon|реальный человек|
not a robot|to verify that you are|verify that your message|verify your email to|verify you are|sender verification|sender confirmation|
sender address verification|confirm your message|confirm your email message|confirm that you sent|
confirm this message|please confirm your mail|your message is being held|your message has been held|
message is awaiting|message awaiting|awaiting verification|pending your confirmation|
to release your message|to have your message delivered|release this message|
challenge-response|challenge/response|challenge response|spamarrest|spam arrest|boxtrapper|tmda|choicemail|
mailblocks|spamblocker|spam blocker|bluebottle|qurb|antispam uol|anti-spam uol|antispamuol|sendio|knujon|
not on my approved|approved senders|allowed senders|approved sender list|add you to my list|added to my whitelist|
whitelist request|click the link below to complete|requires verification|verify this email|
request permission to|one-time verification|type the characters|solve this|captcha|
bestätigen sie, dass sie|bestätigen sie bitte, dass|bestätigung erforderlich|bestätigung des absenders|kein spammer|kein roboter|
confirmez que vous|confirmer que vous|vérification de l'expéditeur|demande de confirmation|n'êtes pas un robot|mailinblack|
confirme que es|confirmar que es|confirme su mensaje|confirmación de remitente|verificación del remitente|
confermi di essere|conferma il tuo messaggio|conferma del mittente|confirme que você|confirme o envio|confirmação de envio|
confirmação de remetente|você não é um robô|bevestig dat u|подтвердите, что вы|подтвердите отправку|подтверждение отправителя|
请确认您|确认您是|送信者の確認|認証してください|)";

constexpr std::string_view leaving_subjects = R"(
unsubscribe|unsubscribe me|please unsubscribe|please unsubscribe me|unsubscribe please|unsub|unsubscribe request|
unsubscription|opt-out|opt out|optout|stop|remove|remove me|please remove me|remove me from your list|remove from list|
leave|cancel subscription|cancel my subscription|abmelden|abmeldung|abbestellen|newsletter abbestellen|newsletter abmelden|
bitte abmelden|austragen|abmeldung newsletter|abmeldung vom newsletter|désabonnement|desabonnement|désabonner|desabonner|
désinscription|desinscription|me désabonner|se désabonner|désinscrire|baja|darse de baja|dar de baja|darme de baja|
cancelar suscripción|cancelar suscripcion|desuscribir|desuscribirse|cancellazione|cancellami|disiscrizione|
disiscriviti|annulla iscrizione|cancelar inscrição|cancelar assinatura|descadastrar|descadastro|remover|
afmelden|uitschrijven|afmelding|avregistrera|avprenumerera|avsluta prenumeration|avmeld|afmeld|framelding|
peruuta tilaus|wypisz|wypisz mnie|rezygnacja|odhlásit|odhlášení|leiratkozás|abonelikten çık|отписаться|отписка|отпишите|
отказ от рассылки|退订|取消订阅|退訂|取消訂閱|配信停止|購読解除|購読停止|登録解除|解除|수신거부|구독 취소|)";

constexpr std::string_view leaving_openings = R"(
unsubscribe |unsubscribe:|unsubscribe-|unsubscribe_|unsubscribe from|unsub |abmelden |abmeldung |désabonnement |désinscription |
please unsubscribe |remove me from |cancel my subscription|unsubscribe_me|unsubscribe,|unsubscribe!|unsubscribe.|)";

constexpr std::string_view leaving_words = R"(
unsubscribe|unsub|leave|optout|abmelden|abmeldung|desabonner|desabonnement|desinscription|baja|disiscrizione|
uitschrijven|afmelden|unsubscribed|listunsubscribe|signoff|)";

constexpr std::string_view recipient_labels = R"(
recipient|recipients|recipient address|recipient(s)|recipient name|final-recipient|final recipient|original-recipient|
original recipient|rcpt to|failed recipient|intended recipient|following recipient|undeliverable address|original address|
addressed to|address|addresses|address(es)|delivered to|deliver to|deliver message to|deliver your message to|
deliver mail to|deliver the message to|deliver email to|delivery to|delivery to recipient|undeliverable to|forwarded to|
user|unknown user|user unknown|invalid user|unknown recipient|no such user|no such user here|userid|account|mailbox|mailbox for|inbox of|
error-for|error for|send to|sent to|sent to user|your message to|message to|your mail to|mail to|your email to|email to|e-mail to|
envelope-to|reached|failed to deliver to|not found|mailbox is full|for recipient|for user|for|could not deliver to|
aux destinataires|au destinataire|destinataire|adresse|à l'adresse|empfänger|an den empfänger|an die adresse|an|
destinatario|al destinatario|dirección|para|indirizzo|all'indirizzo|destinatário|para o destinatário|endereço|aan|
ontvanger|mottagare|modtager|odbiorca|adres|получатель|получателю|адрес|адресу|на адрес|кому|收件人|地址|邮箱|宛先|宛先アドレス|
メールアドレス|to|recipient:rfc822;|rfc822|smtp|)";

constexpr std::string_view other_labels = R"(
from|mail from|mail from address|sender|sender address|sender is|the sender|sent by|message sent by|reply-to|reply to|
return-path|return path|envelope-from|envelope from|originator|contact|please contact|write to|email us at|e-mail us at|
mail us at|postmaster at|administrator at|message-id|message id|in-reply-to|references|on behalf of|questions to|report to|
report this to|complaints to|forward this to|forward a copy of this to|forward it to|help|support|assistance|
please email|please e-mail|please mail|please send email to|please send mail to|send an email to|send an e-mail to|
please forward|by mailing|von|absender|expéditeur|remitente|mittente|remetente|отправитель|от|发件人|差出人|id|by|via|)";

// "Re: ", "AW: ", "[tag] " and quotation marks in front of the words.
std::string_view without_prefixes(std::string_view subject) {
    for (bool found = true; found;) {
        subject = trim(subject);
        found = begins_with_phrase(subject,
                                   "re:|aw:|fw:|fwd:|wg:|tr:|sv:|vs:|antw:|rv:|rif:|r:|odp:|回复:|答复:|");
        if (found) subject.remove_prefix(subject.find(':') + 1);
        if (!found && subject.size() > 1 && (subject.front() == '"' || subject.front() == '\'')) {
            subject.remove_prefix(1);
            found = true;
        }
    }
    while (!subject.empty() && std::string_view("\"'.! ").find(subject.back()) != std::string_view::npos)
        subject.remove_suffix(1);
    return subject;
}

// Without the punctuation between a label and its address.
std::string_view label(std::string_view before) {
    while (!before.empty() &&
           std::string_view(" \t:;<\"'=([*`").find(before.back()) != std::string_view::npos)
        before.remove_suffix(1);
    return before;
}

// The text ends with the phrase, as whole words.
bool ends_with_words(std::string_view text, std::string_view phrases) {
    if (is_phrase(text, phrases)) return true;
    const std::string spaced =
        " " + std::string(text.substr(text.size() - std::min<std::size_t>(text.size(), 60)));
    while (!phrases.empty()) {
        while (phrases.starts_with('\n')) phrases.remove_prefix(1);
        const auto end = std::min(phrases.find('|'), phrases.size());
        const std::string_view phrase = phrases.substr(0, end);
        if (!phrase.empty() && spaced.ends_with(phrase) && spaced.size() > phrase.size()) {
            const char before = spaced[spaced.size() - phrase.size() - 1];
            if (!is_ascii_alpha(before) && before != '-') return true;
        }
        phrases.remove_prefix(std::min(end + 1, phrases.size()));
    }
    return false;
}

}  // namespace

bool is_failure_subject(std::string_view subject) {
    return has_any_phrase(subject, failure_subjects);
}

bool is_surely_failure_subject(std::string_view subject) {
    return begins_with_phrase(subject, sure_failure_subjects);
}

bool is_delay_subject(std::string_view subject) {
    return has_any_phrase(subject, delay_subjects);
}

bool is_mail_system_name(std::string_view name) {
    return has_any_phrase(name, system_names);
}

bool says_undelivered(std::string_view text) {
    return has_any_phrase(text, undelivered);
}

bool says_delayed(std::string_view text) {
    return has_any_phrase(text, delayed);
}

bool says_given_up(std::string_view text) {
    return has_any_phrase(text, given_up);
}

bool is_autoreply_subject(std::string_view subject) {
    return has_any_phrase(subject, autoreply_subjects);
}

bool says_absent(std::string_view text) {
    return has_any_phrase(text, absent);
}

bool is_challenge(std::string_view subject, std::string_view text) {
    return has_any_phrase(subject, challenges) || has_any_phrase(text, challenges);
}

bool is_leaving_subject(std::string_view subject) {
    constexpr std::size_t longest = 200;  // a token may follow
    const std::string_view words = without_prefixes(subject);
    return words.size() <= longest &&
           (is_phrase(words, leaving_subjects) || begins_with_phrase(words, leaving_openings));
}

bool is_leaving_address(std::string_view local_part) {
    std::string_view rest = local_part;
    while (!rest.empty()) {
        const auto end = std::min(rest.find_first_of("+-._="), rest.size());
        if (is_phrase(rest.substr(0, end), leaving_words)) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

bool introduces_recipient(std::string_view before) {
    return ends_with_words(label(before), recipient_labels);
}

bool introduces_other(std::string_view before) {
    return ends_with_words(label(before), other_labels);
}

}  // namespace paperround::bounce
