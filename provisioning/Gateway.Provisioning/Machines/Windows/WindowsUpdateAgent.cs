using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// The Windows Update Agent through its COM objects, bound late and called from here: a PowerShell in Constrained Language Mode may not. The search does not leave
/// the machine ("IUpdateSearcher::put_Online", Microsoft Learn).
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsUpdateAgent : IUpdateAgent
{
    private const string Waiting = "IsInstalled=0 and IsHidden=0"; // "IUpdateSearcher::Search"
    private const int Succeeded = 2;
    private const int SucceededWithErrors = 3;
    private const int MostDeeds = 1000; // a year, with a scanner's updates several times a day
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public async Task<UpdateAgentAnswer> AskAsync(CancellationToken cancel)
    {
        if (WindowsFiles.IsWine())
            throw new NotAssessableException(new("dies ist Wine, dessen Windows Update Agent nur eine Attrappe ist", "this is Wine, whose Windows Update Agent is a stub")); // calling it by name ends the process
        try
        {
            // A call of COM cannot be cancelled: who does not want to wait for it any more leaves it behind.
            return await Task.Run(Ask, cancel).WaitAsync(Patience, cancel);
        }
        catch (TimeoutException)
        {
            throw Silent($"{Patience.TotalMinutes} min");
        }
        catch (TargetInvocationException e)
        {
            throw Silent(Told(e.InnerException ?? e));
        }
        catch (Exception e) when (e is COMException or NotImplementedException or MissingMemberException or InvalidCastException or NotSupportedException or UnauthorizedAccessException or ArgumentException)
        {
            throw Silent(Told(e));
        }
    }

    private static UpdateAgentAnswer Ask()
    {
        var searcher = Call(Made("Microsoft.Update.Session"), "CreateUpdateSearcher")!;
        searcher.GetType().InvokeMember("Online", BindingFlags.SetProperty, null, searcher, [false], CultureInfo.InvariantCulture);
        var result = Call(searcher, "Search", Waiting)!;
        var code = Number(Get(result, "ResultCode"));
        if (code is not (Succeeded or SucceededWithErrors))
            throw Silent($"OperationResultCode {code}");
        var deeds = Math.Min(Number(Call(searcher, "GetTotalHistoryCount")), MostDeeds);
        return new UpdateAgentAnswer(
            Get(Get(Made("Microsoft.Update.AutoUpdate"), "Results")!, "LastSearchSuccessDate") is DateTime searched ? Utc(searched) : null,
            [.. Items(Get(result, "Updates")!).Select(UpdateOf)],
            deeds == 0 ? [] : [.. Items(Call(searcher, "QueryHistory", 0, deeds)!).Select(DeedOf)],
            Get(Made("Microsoft.Update.SystemInfo"), "RebootRequired") is true);
    }

    private static AgentUpdate UpdateOf(object update) =>
        new(Get(update, "Title") as string ?? "", [.. Items(Get(update, "Categories")!).Select(category => Get(category, "CategoryID") as string ?? "")]);

    private static AgentDeed DeedOf(object deed) => new(UpdateOf(deed), Utc((DateTime)Get(deed, "Date")!), Number(Get(deed, "Operation")), Number(Get(deed, "ResultCode")));

    private static object Made(string name) =>
        Activator.CreateInstance(Type.GetTypeFromProgID(name) ?? throw Silent($"{name}: REGDB_E_CLASSNOTREG"))!;

    private static IEnumerable<object> Items(object collection) => Enumerable.Range(0, Number(Get(collection, "Count"))).Select(index => Get(collection, "Item", index)!);

    private static object? Get(object from, string property, params object[] index) =>
        from.GetType().InvokeMember(property, BindingFlags.GetProperty, null, from, index, CultureInfo.InvariantCulture);

    private static object? Call(object on, string method, params object[] arguments) =>
        on.GetType().InvokeMember(method, BindingFlags.InvokeMethod, null, on, arguments, CultureInfo.InvariantCulture);

    private static int Number(object? value) => Convert.ToInt32(value, CultureInfo.InvariantCulture);

    // "IUpdateHistoryEntry::get_Date" and "IAutomaticUpdatesResults::get_LastSearchSuccessDate": Coordinated Universal Time.
    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    // The number is the same in every language; the message is not, and may be missing.
    private static string Told(Exception e) => $"0x{e.HResult:X8}";

    private static NotAssessableException Silent(string why) =>
        new(new($"der Windows Update Agent gibt keine Auskunft ({why})", $"the Windows Update Agent does not answer ({why})"));
}
