using System.Reflection;
using ArchUnitNET.Fluent;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using Xunit;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Gateway.Architecture.Tests;

/// <summary>The arrows of the design: who may know whom.</summary>
public class ArrowTests
{
    private const string Provisioning = "Gateway.Provisioning";
    private const string Dicom = "Gateway.Dicom";
    private const string DicomMail = "Gateway.DicomMail";
    private const string PrivateServers = "Gateway.PrivateServers";
    private const string Service = "Gateway.Service";
    private const string Gwctl = "Gwctl";

    // The idea in one line, as folders: each may know those before it.
    private static readonly string[] InOrder = ["Diagnosis", "Manifest", "Machines", "Resources", "Verdicts", "Planning", "Applying", "Checking", "Reporting"];

    private static readonly ArchUnitNET.Domain.Architecture Product = new ArchLoader()
        .LoadAssemblies(Load(Provisioning), Load(Dicom), Load(DicomMail), Load(PrivateServers), Load(Service), Load("gwctl"))
        .Build();

    public static TheoryData<string, string> ForbiddenProjects => new()
    {
        { Provisioning, Dicom },
        { Provisioning, DicomMail },
        { Provisioning, Service },
        { Provisioning, Gwctl },
        { Dicom, Provisioning },
        { Dicom, DicomMail },
        { Dicom, Service },
        { Dicom, Gwctl },
        { DicomMail, Provisioning },
        { DicomMail, Service },
        { DicomMail, Gwctl },
        { Service, Provisioning },
        { Service, Gwctl },
        { PrivateServers, Dicom },
        { PrivateServers, DicomMail },
        { PrivateServers, Provisioning },
        { PrivateServers, Service },
        { PrivateServers, Gwctl },
        { DicomMail, PrivateServers },
        { Provisioning, PrivateServers },
        { Dicom, PrivateServers },
        { Gwctl, DicomMail },
        { Gwctl, PrivateServers },
        { Gwctl, Service },
    };

    public static TheoryData<string, string> ForbiddenFolders
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            for (var from = 0; from < InOrder.Length; from++)
            {
                for (var to = from + 1; to < InOrder.Length; to++)
                    pairs.Add(InOrder[from], InOrder[to]);
            }

            // A report knows nothing of how the machine came to be as it is.
            pairs.Add("Reporting", "Applying");
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(ForbiddenProjects))]
    public void No_project_knows_one_that_the_arrows_do_not_lead_to(string from, string to) => Forbid(from, to).Check(Product);

    [Theory]
    [MemberData(nameof(ForbiddenFolders))]
    public void No_folder_of_the_engine_knows_one_that_comes_after_it(string from, string to) =>
        Forbid($"{Provisioning}.{from}", $"{Provisioning}.{to}").Check(Product);

    [Fact]
    public void The_rules_are_about_types_that_exist()
    {
        foreach (var name in InOrder.Select(folder => $"{Provisioning}.{folder}").Concat([Dicom, DicomMail, PrivateServers, Service, Gwctl]))
            Assert.NotEmpty(Types().That().ResideInNamespaceMatching(Within(name)).GetObjects(Product));
        Assert.False(Forbid(Gwctl, Provisioning).HasNoViolations(Product));
    }

    [Fact]
    public void Gateway_Dicom_rests_on_the_framework_alone() => Assert.All(
        Load(Dicom).GetReferencedAssemblies(),
        reference => Assert.True(reference.Name!.StartsWith("System.", StringComparison.Ordinal) || reference.Name is "netstandard" or "mscorlib", reference.Name));

    [Fact]
    public void Resource_code_does_not_ask_which_system_it_runs_on() =>
        Types().That().ResideInNamespaceMatching(Within($"{Provisioning}.Resources"))
            .Should().NotDependOnAnyTypesThat().Are(typeof(OperatingSystem)).Check(Product);

    private static IArchRule Forbid(string from, string to) =>
        Types().That().ResideInNamespaceMatching(Within(from)).Should().NotDependOnAnyTypesThat().ResideInNamespaceMatching(Within(to));

    private static string Within(string name) => $"^{name.Replace(".", "\\.", StringComparison.Ordinal)}(\\.|$)";

    private static System.Reflection.Assembly Load(string name) => System.Reflection.Assembly.Load(new AssemblyName(name));
}
