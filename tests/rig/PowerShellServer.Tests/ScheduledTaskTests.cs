using System.Management.Automation;

namespace Gateway.Rig.PowerShellServer.Tests;

/// <summary>How the rig's task scheduler behaves: what definitions it takes, what comes back, and its errors.</summary>
public sealed class ScheduledTaskTests(SharedSession shared) : IClassFixture<SharedSession>
{
    private const string Folder = @"\Gateway\";

    private const string Trigger = "<StartBoundary>2026-11-24T02:00:00</StartBoundary><ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>";

    [Fact]
    public void A_task_comes_back_as_it_was_registered_and_has_not_run()
    {
        using var session = new ServerSession();
        Register(session, Definition(Trigger));

        Assert.Equal(Definition(Trigger), session.Run("Export-ScheduledTask", ("TaskName", "backup"), ("TaskPath", Folder)).Only.BaseObject);
        var info = session.Pipe(("Get-ScheduledTask", [("TaskPath", Folder)]), "Get-ScheduledTaskInfo").Only;
        Assert.Equal("backup", info.Properties["TaskName"].Value);
        Assert.Equal(267011u, info.Properties["LastTaskResult"].Value);
        Assert.Equal(new DateTime(1999, 11, 30), info.Properties["LastRunTime"].Value);
        Assert.EndsWith("#Root/Microsoft/Windows/TaskScheduler/MSFT_TaskDynamicInfo", info.TypeNames[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x80041316", "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay><StartBoundary>2026-11-24T02:00:00</StartBoundary>", "")] // a sequence
    [InlineData("0x80041316", Trigger, "<StartsWhenAvailable>true</StartsWhenAvailable>")]
    [InlineData("0x80041316", Trigger, "<UseUnifiedSchedulingEngine>true</UseUnifiedSchedulingEngine>")] // of 1.3
    [InlineData("0x80041316", Trigger, "<Enabled>true</Enabled><Enabled>false</Enabled>")]
    [InlineData("0x80041317", Trigger, "<Enabled xmlns='urn:other'>true</Enabled>")]
    [InlineData("0x80041318", Trigger, "<ExecutionTimeLimit>12 hours</ExecutionTimeLimit>")]
    [InlineData("0x80041318", Trigger, "<Enabled>yes</Enabled>")]
    [InlineData("0x80041318", "<StartBoundary>02:00</StartBoundary><ScheduleByDay/>", "")]
    [InlineData("0x80041319", "<ScheduleByDay/>", "")] // StartBoundary is required
    [InlineData("0x8004131a", "<StartBoundary>", "")]
    public void A_definition_that_the_schema_does_not_have_is_refused(string number, string trigger, string settings)
    {
        var error = shared.Session.Run("Register-ScheduledTask", ("TaskName", "backup"), ("TaskPath", Folder), ("Xml", Definition(trigger, settings))).Error;
        Assert.Equal($"HRESULT {number},Register-ScheduledTask", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.NotSpecified, error.CategoryInfo.Category);
    }

    [Fact]
    public void A_declaration_of_another_encoding_than_the_text_has_is_refused()
    {
        var error = shared.Session.Run("Register-ScheduledTask", ("TaskName", "backup"), ("Xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + Definition(Trigger))).Error;
        Assert.Equal("HRESULT 0x8004131a,Register-ScheduledTask", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void An_account_by_name_is_not_imitated()
    {
        var stopped = Assert.Throws<RemoteException>(() => shared.Session.Run("Register-ScheduledTask", ("TaskName", "backup"), ("Xml", Definition(Trigger).Replace("S-1-5-18", "SYSTEM", StringComparison.Ordinal))));
        Assert.Equal("RigDoesNotImitate,Register-ScheduledTask", stopped.ErrorRecord.FullyQualifiedErrorId);
    }

    [Fact]
    public void An_object_that_went_to_the_client_does_not_come_back_as_an_argument()
    {
        using var session = new ServerSession();
        Register(session, Definition(Trigger));
        var task = session.Run("Get-ScheduledTask", ("TaskPath", Folder)).Only;
        Assert.Throws<RemoteException>(() => session.Run("Export-ScheduledTask", ("InputObject", task)));
    }

    [Fact]
    public void A_task_is_replaced_with_force_alone()
    {
        using var session = new ServerSession();
        Register(session, Definition(Trigger));
        var error = session.Run("Register-ScheduledTask", ("TaskName", "backup"), ("TaskPath", Folder), ("Xml", Definition(Trigger))).Error;
        Assert.Equal(("HRESULT 0x800700b7,Register-ScheduledTask", ErrorCategory.ResourceExists), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
        Register(session, Definition(Trigger, "<Enabled>false</Enabled>"), ("Force", true));
        Assert.Contains("<Enabled>false", (string)session.Run("Export-ScheduledTask", ("TaskName", "BACKUP"), ("TaskPath", Folder)).Only.BaseObject, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_said_by_category()
    {
        foreach (var answer in (Answer[])
        [
            shared.Session.Run("Get-ScheduledTask", ("TaskPath", Folder)),
            shared.Session.Run("Unregister-ScheduledTask", ("TaskName", "backup"), ("TaskPath", Folder), ("Confirm", false)),
            shared.Session.Run("Export-ScheduledTask", ("TaskName", "backup"), ("TaskPath", Folder)),
            shared.Session.Run("Get-ScheduledTaskInfo", ("TaskName", "backup")),
        ])
            Assert.Equal(ErrorCategory.ObjectNotFound, answer.Error.CategoryInfo.Category);
        Assert.Equal("CmdletizationQuery_NotFound_TaskPath,Get-ScheduledTask", shared.Session.Run("Get-ScheduledTask", ("TaskPath", Folder)).Error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Only_the_named_task_of_the_named_folder_is_removed()
    {
        using var session = new ServerSession();
        Register(session, Definition(Trigger));
        session.Run("Register-ScheduledTask", ("TaskName", "backup"), ("Xml", Definition(Trigger)));
        Assert.Empty(session.Run("Unregister-ScheduledTask", ("TaskName", "backup"), ("TaskPath", Folder), ("Confirm", false)).Errors);
        Assert.Equal(@"\", session.Run("Get-ScheduledTask").Only.Properties["TaskPath"].Value);
    }

    [Fact]
    public void Shares_say_which_of_them_Windows_made()
    {
        var shares = shared.Session.Run("Get-SmbShare").Objects;
        Assert.Equal(["ADMIN$", "C$", "D$", "IPC$"], shares.Select(share => (string)share.Properties["Name"].Value));
        Assert.All(shares, share => Assert.Equal(true, share.Properties["Special"].Value));
        Assert.Null(shares[3].Properties["Path"].Value);
        Assert.Null(shares[0].Properties["LeasingMode"]);
        Assert.Equal("CmdletizationQuery_NotFound_Name,Get-SmbShare", shared.Session.Run("Get-SmbShare", ("Name", new[] { "films" })).Error.FullyQualifiedErrorId);
    }

    private static void Register(ServerSession session, string definition, params (string, object?)[] more) =>
        Assert.Empty(session.Run("Register-ScheduledTask", [("TaskName", "backup"), ("TaskPath", Folder), ("Xml", definition), .. more]).Errors);

    private static string Definition(string trigger, string settings = "") =>
        "<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\"><Triggers><CalendarTrigger>" + trigger + "</CalendarTrigger></Triggers>"
        + "<Principals><Principal id=\"a\"><UserId>S-1-5-18</UserId></Principal></Principals><Settings>" + settings + "</Settings>"
        + "<Actions Context=\"a\"><Exec><Command>backup.exe</Command></Exec></Actions></Task>";
}
