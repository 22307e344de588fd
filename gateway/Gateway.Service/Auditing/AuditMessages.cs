using System.Globalization;
using Gateway.Service.Configuration;

namespace Gateway.Service.Auditing;

/// <summary>What is audited, each message after its table in PS3.15 section A.5.3.</summary>
internal static class AuditMessages
{
    private static readonly string OwnProcess = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    /// <summary>The service starts or stops (section A.5.3.1).</summary>
    public static AuditMessage Activity(bool starts, ServiceSettings settings, DateTimeOffset at) => new()
    {
        Event = AuditCode.ApplicationActivity,
        Type = starts ? AuditCode.ApplicationStart : AuditCode.ApplicationStop,
        Action = AuditAction.Execute,
        At = at,
        Participants = [Own(settings.AeTitle.Value, isRequestor: false, AuditCode.Application)],
    };

    /// <summary>Instances of a study are about to be transferred (section A.5.3.3).</summary>
    public static AuditMessage Begins(AuditTransfer transfer, DateTimeOffset at) => new()
    {
        Event = AuditCode.BeginTransferring,
        Action = AuditAction.Execute,
        At = at,
        Participants = [transfer.Source, transfer.Destination],
        Objects = Objects(transfer),
    };

    /// <summary>Instances of a study were transferred, or were not (section A.5.3.7).</summary>
    public static AuditMessage Transferred(AuditTransfer transfer, AuditAction action, AuditOutcome outcome, string? description, DateTimeOffset at) => new()
    {
        Event = AuditCode.InstancesTransferred,
        Action = action,
        Outcome = outcome,
        OutcomeDescription = description,
        At = at,
        Participants = [transfer.Source, transfer.Destination],
        Objects = Objects(transfer),
    };

    /// <summary>A node is not who it must be (section A.5.3.11).</summary>
    public static AuditMessage NotAuthentic(AuditParticipant reporter, AuditParticipant node, string alert, DateTimeOffset at) => new()
    {
        Event = AuditCode.SecurityAlert,
        Type = AuditCode.NodeAuthentication,
        Action = AuditAction.Execute,
        Outcome = AuditOutcome.MinorFailure,
        At = at,
        Participants = [reporter, node],
        Objects = [new AuditObject.Node(node.AeTitle ?? node.UserId, alert)],
    };

    /// <summary>This process as a participant.</summary>
    public static AuditParticipant Own(string? aeTitle, bool isRequestor, AuditCode? role) => new(OwnProcess, isRequestor, role, aeTitle, Environment.MachineName);

    /// <summary>A peer as a participant.</summary>
    public static AuditParticipant Peer(string aeTitle, string address, bool isRequestor, AuditCode? role) => new(aeTitle, isRequestor, role, aeTitle, address);

    private static IReadOnlyList<AuditObject> Objects(AuditTransfer transfer) =>
        [new AuditObject.Study(transfer.Study, transfer.SopClasses), .. transfer.Patients.Select(number => new AuditObject.Patient(number))];
}

/// <summary>Instances of one study on their way between two nodes.</summary>
/// <param name="Source">Who sends them.</param>
/// <param name="Destination">Who receives them.</param>
/// <param name="Study">The study instance UID; empty where the data set cannot be looked into.</param>
/// <param name="Patients">The patient ids; one, unless the study is wrong.</param>
/// <param name="SopClasses">How many instances, by SOP class UID.</param>
internal sealed record AuditTransfer(
    AuditParticipant Source, AuditParticipant Destination, string Study, IReadOnlyCollection<string> Patients, IReadOnlyDictionary<string, int> SopClasses);
