using Gateway.Provisioning.Applying;
using Microsoft.Extensions.Logging;

namespace Gwctl.Serving;

/// <summary>
/// What the service writes into the Application log, under the source GatewayProvisioning. The numbers stay: monitoring rests on them.
/// <list type="table">
/// <item><term>3001</term><description>information: a run that had been cut off was gone on with</description></item>
/// <item><term>3002</term><description>information: a look found that the manifest holds</description></item>
/// <item><term>3003</term><description>warning: a look found that the machine is not as the manifest says</description></item>
/// <item><term>3004</term><description>error: something that the service wanted to do was refused</description></item>
/// <item><term>3005</term><description>information: the service has started</description></item>
/// <item><term>3006</term><description>information: a job was handed over</description></item>
/// <item><term>3007</term><description>information: a job that was handed over holds, or was taken back; warning: it ended otherwise; error: it failed</description></item>
/// <item><term>3008</term><description>warning: a job that was handed over was refused, or was stopped before its end</description></item>
/// <item><term>3009</term><description>warning: what came over the pipe was no request</description></item>
/// <item><term>3010</term><description>error: the pipe cannot be served</description></item>
/// <item><term>3011</term><description>information: a job was left to gwctl's own process</description></item>
/// <item><term>3012</term><description>error: the machine was set back to a snapshot, restored or copied</description></item>
/// <item><term>3013</term><description>information: the second stage of an installation was done; error: it failed</description></item>
/// </list>
/// </summary>
internal static partial class ServiceEvents
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Went on with the {Kind} {Run}, which had been cut off: {Outcome}. {Notes}")]
    public static partial void WentOn(this ILogger log, string run, RunKind kind, ApplyOutcome outcome, string notes);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "The manifest holds. Report: {Report}")]
    public static partial void Holds(this ILogger log, string report);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "The machine is not as the manifest says: {What}. 'gwctl plan' shows it, 'gwctl apply' mends what can be mended. Report: {Report}")]
    public static partial void Drifted(this ILogger log, string what, string report);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Error, Message = "{Why}")]
    public static partial void WasRefused(this ILogger log, string why);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Information, Message = "Looks after this machine: version {Version}, state root {StateRoot}.")]
    public static partial void Started(this ILogger log, string version, string stateRoot);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Information, Message = "Was handed over: {Job}.")]
    public static partial void Took(this ILogger log, string job);

    [LoggerMessage(EventId = 3007, Message = "Did {Job}: {Outcome}, {Changed} changes, run {Run}. {Notes}")]
    public static partial void Did(this ILogger log, LogLevel level, string job, ApplyOutcome outcome, int changed, string run, string notes);

    [LoggerMessage(EventId = 3008, Level = LogLevel.Warning, Message = "Did not do {Job}: {Why}")]
    public static partial void DidNot(this ILogger log, string job, string why);

    [LoggerMessage(EventId = 3009, Level = LogLevel.Warning, Message = "Somebody spoke to the service and was not understood: {Why}")]
    public static partial void DidNotUnderstand(this ILogger log, string why);

    [LoggerMessage(EventId = 3010, Level = LogLevel.Error, Message = "{Why}")]
    public static partial void CannotListen(this ILogger log, string why);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Information, Message = "Leaves to gwctl's own process {Job}: {Why}")]
    public static partial void Leaves(this ILogger log, string job, string why);

    [LoggerMessage(EventId = 3013, Message = "Did the second stage of the installation {Run}: {Outcome}, {Changed} changes. {Notes}")]
    public static partial void DidSecondStage(this ILogger log, LogLevel level, string run, ApplyOutcome outcome, int changed, string notes);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Error, Message = "This machine was set back to a snapshot, restored or copied: {What}.")]
    public static partial void SetBack(this ILogger log, string what);
}
