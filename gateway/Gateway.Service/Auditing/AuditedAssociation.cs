using System.Net;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Service.Indexing;

namespace Gateway.Service.Auditing;

/// <summary>
/// What is audited of an association that a peer opens: for each study the first instance, and at the end how many came of which class;
/// or that the peer was not let in.
/// </summary>
internal sealed class AuditedAssociation(AuditLog audit)
{
    private const byte ByServiceUser = 1; // who calls or is called is not known here; anything else is about room and protocol

    private readonly Lock turn = new();
    private readonly Dictionary<string, Received> studies = [];
    private string address = "";
    private string calling = "";
    private string called = "";

    /// <summary>A peer asks to be let in.</summary>
    /// <param name="request">What it asks for.</param>
    /// <param name="from">Its address.</param>
    public void Asks(AssociateRequest request, IPAddress from) => (calling, called, address) =
        (request.CallingAeTitle!.Value.Value, request.CalledAeTitle!.Value.Value, (from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from).ToString());

    /// <summary>The peer was not let in.</summary>
    public void Rejected(AssociateReject rejection)
    {
        if (rejection.Source == ByServiceUser && calling.Length > 0)
            audit.Write(AuditMessages.NotAuthentic(AuditMessages.Own(called, isRequestor: false, null), AuditMessages.Peer(calling, address, isRequestor: true, null), rejection.ToString(), audit.Now));
    }

    /// <summary>The header of an instance was read. Several may be under way.</summary>
    /// <returns>What <see cref="Ends"/> wants to be told.</returns>
    public Received Begins(ImageAttributes image)
    {
        lock (turn)
        {
            if (!studies.TryGetValue(image.Study, out var study))
            {
                studies[image.Study] = study = new Received();
                study.Patients.Add(image.PatientId);
                audit.Write(AuditMessages.Begins(Transfer(image.Study, study), audit.Now));
            }

            study.Patients.Add(image.PatientId);
            return study;
        }
    }

    /// <summary>The instance that began was answered.</summary>
    /// <param name="study">What its beginning gave; null where it was refused before anybody could know whose it is.</param>
    /// <param name="sopClass">Its SOP class UID.</param>
    /// <param name="isTaken">Whether it was acknowledged.</param>
    /// <param name="isNew">Whether it was not here before.</param>
    public void Ends(Received? study, string sopClass, bool isTaken, bool isNew)
    {
        if (study is null)
            return;
        lock (turn)
        {
            if (isTaken)
                study.SopClasses[sopClass] = study.SopClasses.GetValueOrDefault(sopClass) + 1;
            else
                study.Refused++;
            study.HasNew |= isNew;
        }
    }

    /// <summary>The association has ended.</summary>
    /// <param name="failure">Why it ended before its time; null where it was released.</param>
    public void Closes(string? failure)
    {
        foreach (var (study, received) in studies)
        {
            var refused = received.Refused > 0 ? $"{received.Refused} instances were refused." : null;
            var outcome = failure is null && refused is null ? AuditOutcome.Success
                : received.SopClasses.Count > 0 ? AuditOutcome.MinorFailure : AuditOutcome.SeriousFailure;
            var description = string.Join(' ', new[] { refused, failure }.Where(part => part is not null));
            audit.Write(AuditMessages.Transferred(
                Transfer(study, received), received.HasNew ? AuditAction.Create : AuditAction.Read, outcome, description.Length == 0 ? null : description, audit.Now));
        }
    }

    private AuditTransfer Transfer(string study, Received received) => new(
        AuditMessages.Peer(calling, address, isRequestor: true, AuditCode.Source), AuditMessages.Own(called, isRequestor: false, AuditCode.Destination), study,
        received.Patients, received.SopClasses);

    /// <summary>What has come of a study.</summary>
    internal sealed class Received
    {
        public HashSet<string> Patients { get; } = [];

        public Dictionary<string, int> SopClasses { get; } = [];

        public int Refused { get; set; }

        public bool HasNew { get; set; }
    }
}
