using Gateway.DicomMail.Messages;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.DicomMail.Transport;
using Gateway.Service.Delivering;
using Gateway.Service.Ledgers;
using Gateway.Service.Partnering;
using Gateway.Service.Spooling;

namespace Gateway.Service.Sending;

/// <summary>
/// Delivers to a partner by DICOM e-mail. A delivery is divided into messages once, and stays so divided; each is packed, lies on the device,
/// and is handed over; the server's answer is recorded before the next. While one is on its way the next is packed. A message that is sent again keeps
/// its id, so that it arrives once however often it comes.
/// </summary>
internal sealed class PartnerDeliverer(
    string target, string address, Correspondence correspondence, MailFolders folders, IMailRelay relay, SharedLine line, Spool spool, Ledger ledger, TimeProvider time) : IDeliverer
{
    public string Target => target;

    public async Task<DeliveryAttempt> DeliverAsync(Delivery delivery, Func<bool> isOvertaken, CancellationToken cancellation)
    {
        var correspondents = correspondence.Now;
        var now = time.GetUtcNow();
        if (correspondents.Directory.Find(target) is not { } partner)
            return new DeliveryAttempt.Failed("the partner directory does not name it");
        if (correspondents.SignerAt(now) is not { } signer)
            return new DeliveryAttempt.Failed("there is no key of this gateway that can be used");
        if (correspondents.KeysOf(partner, now) is not [_, ..] recipients)
            return new DeliveryAttempt.Failed("no key of the partner that was accepted here can be used");
        try
        {
            if (await PlanAsync(delivery, partner, cancellation) is not { } plan)
                return new DeliveryAttempt.Done();
            return await SendAsync(delivery, plan, new Addressee(partner, signer, recipients), isOvertaken, cancellation);
        }
        catch (IOException failure)
        {
            return new DeliveryAttempt.Failed($"the spool cannot be read or written: {failure.Message}");
        }
        catch (OpenPgpException failure)
        {
            return new DeliveryAttempt.Failed($"it cannot be encrypted: {failure.Message}");
        }
    }

    private async Task<MessagePlan?> PlanAsync(Delivery delivery, Partner partner, CancellationToken cancellation)
    {
        if (ledger.Ask(book => book.PlanOf(delivery.Id)) is { } before)
            return before;
        List<(string, long)> sendable = [];
        foreach (var name in delivery.Names)
        {
            var (one, reason) = SendableObject.Of(name, spool, partner, cancellation);
            if (one is null)
                ledger.Record(new LedgerEvent.Refused(delivery.Id, name, null, reason!));
            else
                sendable.Add((name, one.Bytes));
        }

        if (sendable.Count == 0)
            return null;
        var messages = SetPlan.Divide(sendable, partner.MaximumMessageBytes);
        var plan = new MessagePlan($"{Guid.NewGuid():N}", messages.Count, [.. messages.Select((names, index) => new PlannedMessage(index + 1, names))]);
        ledger.Record(new LedgerEvent.Planned(delivery.Id, plan));
        await ledger.FlushAsync(); // a loss of power must not have the study divided anew
        return plan;
    }

    private async Task<DeliveryAttempt> SendAsync(
        Delivery delivery, MessagePlan plan, Addressee to, Func<bool> isOvertaken, CancellationToken cancellation)
    {
        var left = delivery.Names.ToHashSet(StringComparer.Ordinal);
        var waiting = new Queue<PlannedMessage>(plan.Messages.Where(message => message.Names.Any(left.Contains)));
        Task<PackedMessage?>? ahead = null;
        try
        {
            while (waiting.TryDequeue(out var message))
            {
                if (isOvertaken())
                    return new DeliveryAttempt.Overtaken();
                await line.WaitAsync(delivery.Priority, cancellation);
                var packed = await (ahead ?? PackAsync(delivery, plan, message, to, cancellation));
                ahead = waiting.TryPeek(out var next) ? PackAsync(delivery, plan, next, to, cancellation) : null;
                if (packed is not null && await HandOverAsync(delivery, packed, to.Partner, cancellation) is { } failed)
                    return failed;
            }
        }
        finally
        {
            if (ahead is not null)
                await ahead.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            foreach (var unsent in plan.Messages.Select(message => PathOf(plan, message)))
                File.Delete(unsent); // the next attempt packs it anew, and until then it would take room
        }

        return new DeliveryAttempt.Done();
    }

    private Task<PackedMessage?> PackAsync(Delivery delivery, MessagePlan plan, PlannedMessage planned, Addressee to, CancellationToken cancellation) =>
        Task.Run(() => Pack(delivery, plan, planned, to, cancellation), cancellation);

    private PackedMessage? Pack(Delivery delivery, MessagePlan plan, PlannedMessage planned, Addressee to, CancellationToken cancellation)
    {
        List<StudyObject> objects = [];
        foreach (var name in planned.Names)
        {
            var (one, reason) = SendableObject.Of(name, spool, to.Partner, cancellation);
            if (one is null)
                ledger.Record(new LedgerEvent.Refused(delivery.Id, name, null, reason!));
            else
                objects.Add(one);
        }

        if (objects.Count == 0)
            return null;
        var part = new SetPart(plan.Set, planned.Part, plan.Total);
        var message = new OutgoingMessage(
            part, MessageIds.Of(plan.Set, planned.Part, address), address, to.Partner.Addresses[0], delivery.Priority == Priority.Emergency, objects, [], time.GetUtcNow());
        var path = PathOf(plan, planned);
        var bytes = DurableMail.Write(path, file => StudyMessage.Write(message, to.Partner, to.Signer, to.Keys, file));
        ledger.Record(new LedgerEvent.Packed(delivery.Id, plan.Set, planned.Part, bytes));
        return new PackedMessage(message, path, bytes, planned.Names);
    }

    private string PathOf(MessagePlan plan, PlannedMessage planned) => Path.Combine(folders.Outbox, $"{plan.Set}-{planned.Part}.eml");

    private async Task<DeliveryAttempt?> HandOverAsync(Delivery delivery, PackedMessage packed, Partner partner, CancellationToken cancellation)
    {
        var part = packed.Message.Part;
        switch (await HandOverWholeOrCutAsync(packed, partner, cancellation))
        {
            case RelayAnswer.Accepted accepted:
                ledger.Record(new LedgerEvent.Accepted(
                    delivery.Id, part.Set, part.Number, packed.Message.MessageId, accepted.Server, accepted.Text, partner.Receipts == ReceiptKind.Signed));
                await ledger.FlushAsync();
                File.Delete(packed.Path);
                return null;
            case RelayAnswer.Deferred deferred:
                return new DeliveryAttempt.Failed(deferred.Reason);
            case RelayAnswer.Refused refused:
                Bury(delivery, packed, $"{refused.Server} refuses it: {refused.Reason}");
                return null;
            case RelayAnswer.TooLarge large:
                Bury(delivery, packed, $"the message has {packed.Bytes} bytes, and no mail server takes more than {large.MaximumBytes}: lower the partner's maximumMessageBytes");
                return null;
            default:
                throw new InvalidOperationException("an answer that nobody knows");
        }
    }

    private async Task<RelayAnswer> HandOverWholeOrCutAsync(PackedMessage packed, Partner partner, CancellationToken cancellation)
    {
        var envelope = new Envelope(address, packed.Message.To);
        if (packed.Bytes <= partner.MaximumMessageBytes || !partner.MessagePartial)
            return await relay.SendAsync(envelope, packed.Path, cancellation);
        var cuts = Fragments.Cut(packed.Path, partner.MaximumMessageBytes);
        var id = OutgoingMessage.NewMessageId(address); // cut again, it is encrypted anew: its fragments fit no earlier ones
        RelayAnswer answer = new RelayAnswer.Deferred("nothing was sent");
        foreach (var (index, cut) in cuts.Index())
        {
            var path = $"{packed.Path}.{index + 1}";
            var fragment = new FragmentOf(id, index + 1, cuts.Count);
            DurableMail.Write(path, file => Fragments.Write(packed.Path, cut, fragment, packed.Message, file));
            answer = await relay.SendAsync(envelope, path, cancellation);
            File.Delete(path);
            if (answer is not RelayAnswer.Accepted)
                return answer;
        }

        return answer;
    }

    private void Bury(Delivery delivery, PackedMessage packed, string reason)
    {
        foreach (var name in packed.Names)
            ledger.Record(new LedgerEvent.Refused(delivery.Id, name, null, reason));
        File.Delete(packed.Path);
    }

    private sealed record Addressee(Partner Partner, OwnKey Signer, IReadOnlyList<PublicKey> Keys);

    private sealed record PackedMessage(OutgoingMessage Message, string Path, long Bytes, IReadOnlyList<string> Names);
}
